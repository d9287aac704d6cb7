using System.Net;
using System.Threading.Channels;
using BenchmarkDotNet.Attributes;
using McpRegistry.Analytics;
using McpRegistry.Protocol;
using McpRegistry.Writers;

namespace McpRegistry.Benchmarks.Analytics;

/// <summary>What does a request pay for being logged and counted, against a bounded channel for the same record?</summary>
public class RequestRecordBenchmark
{
    private const int Batch = 1_000;
    private readonly BoundedQueue<CallRecord> _log = new(16_384, Batch);
    private readonly BoundedQueue<CallRecord> _usage = new(16_384, Batch);
    private readonly Channel<CallRecord> _channel = Channel.CreateBounded<CallRecord>(new BoundedChannelOptions(16_384) { SingleReader = true });
    private readonly TimeProvider _time = TimeProvider.System;
    private readonly IPAddress _address = IPAddress.Loopback;
    private readonly Guid _key = Guid.CreateVersion7();

    /// <summary>A batch, drained as the writer does, so that the figure is that of a queue in use.</summary>
    [Benchmark(Baseline = true, OperationsPerInvoke = Batch)]
    public int BoundedChannel()
    {
        for (var i = 0; i < Batch; i++)
        {
            _channel.Writer.TryWrite(Record(_time.GetTimestamp(), i));
        }

        var read = 0;
        while (_channel.Reader.TryRead(out _))
        {
            read++;
        }

        return read;
    }

    [Benchmark(OperationsPerInvoke = Batch)]
    public int OneQueue()
    {
        for (var i = 0; i < Batch; i++)
        {
            _log.TryWrite(Record(_time.GetTimestamp(), i));
        }

        return Drain(_log);
    }

    /// <summary>What the gateway does with everything on.</summary>
    [Benchmark(OperationsPerInvoke = Batch)]
    public int LogAndUsage()
    {
        for (var i = 0; i < Batch; i++)
        {
            var record = Record(_time.GetTimestamp(), i);
            _log.TryWrite(record);
            _usage.TryWrite(record);
        }

        return Drain(_log) + Drain(_usage);
    }

    private static int Drain(BoundedQueue<CallRecord> queue)
    {
        var read = 0;
        while (queue.TryRead(out _))
        {
            read++;
        }

        return read;
    }

    private CallRecord Record(long started, long number) => new()
    {
        ApiKeyId = _key,
        TargetName = "work",
        HttpMethod = "POST",
        Path = "/mcp",
        McpMethod = McpMethod.ToolsCall,
        RequestNumber = number,
        Address = _address,
        EndedAt = _time.GetUtcNow(),
        Duration = _time.GetElapsedTime(started),
        StatusCode = 200,
        RequestBytes = 120,
        ResponseBytes = 400,
    };
}
