using System.Globalization;
using McpRegistry.Protocol;
using McpRegistry.Writers;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace McpRegistry.Analytics;

/// <summary>Writes the request log.</summary>
internal sealed class RequestLogWriter(
    IOptions<RequestLogOptions> options,
    IOptions<WriterOptions> writers,
    WriterInstruments instruments,
    TimeProvider time,
    ILogger<RequestLogWriter> log,
    IRequestLogStore? store = null) : ICallSink, IBackgroundWriter, IAsyncDisposable
{
    private readonly BatchWriter<CallRecord, RequestLogEntry> _writer = new(
        new BatchWriterSettings("request_logs", options.Value.Capacity, options.Value.BatchSize, options.Value.MaxDelay),
        writers.Value,
        record => ToEntry(record, time),
        (entries, cancellationToken) => store!.AppendAsync(entries, cancellationToken),
        instruments,
        time,
        log);

    public bool IsOn { get; } = options.Value.Enabled && store is not null;

    public long Dropped => _writer.Drops.Total;

    public void Write(in CallRecord record) => _writer.TryWrite(record);

    public void Start()
    {
        if (IsOn)
        {
            _writer.Start();
        }
    }

    public Task FlushAsync() => _writer.FlushAsync();

    public Task StopAsync() => _writer.StopAsync();

    public ValueTask DisposeAsync() => _writer.DisposeAsync();

    private static RequestLogEntry ToEntry(CallRecord record, TimeProvider time) => new()
    {
        Id = Guid.CreateVersion7(time.GetUtcNow()),
        Tenant = record.Tenant,
        ApiKeyId = record.ApiKeyId,
        RequestId = record.RequestId ?? record.RequestNumber?.ToString(CultureInfo.InvariantCulture),
        TraceId = record.TraceId == default ? null : record.TraceId.ToHexString(),
        IpAddress = record.Address?.ToString(),
        Method = record.HttpMethod,
        Path = record.Path,
        McpMethod = record.McpMethod == McpMethod.Unknown ? null : McpMethods.Name(record.McpMethod),
        TargetName = record.TargetName,
        TargetServerId = record.Server?.Server.Id,
        TargetEndpointId = record.EndpointId == Guid.Empty ? null : record.EndpointId,
        RequestTime = record.EndedAt - record.Duration,
        DurationMs = record.Duration.TotalMilliseconds,
        StatusCode = record.StatusCode,
        RequestSizeBytes = record.RequestBytes,
        ResponseSizeBytes = record.ResponseBytes,
        ErrorType = record.ErrorType ?? (record.Failed ? string.Create(CultureInfo.InvariantCulture, $"http_{record.StatusCode}") : null),
    };
}
