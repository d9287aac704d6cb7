using System.Text;
using McpRegistry.Gateway.Resumption;
using McpRegistry.Telemetry;
using McpRegistry.TestSupport;
using Microsoft.Extensions.Options;
using Xunit;

namespace McpRegistry.Core.Tests.Gateway.Resumption;

/// <summary>An event buffer with a clock of its own.</summary>
internal sealed class BufferSample : IDisposable
{
    private readonly RegistryMeter _meter = new();

    public BufferSample(EventBufferOptions? options = null)
    {
        options ??= new EventBufferOptions();
        options.Enabled = true;
        Buffer = new EventBuffer(Options.Create(options), new EventInstruments(_meter), Clock);
    }

    public ManualTimeProvider Clock { get; } = new();

    public EventBuffer Buffer { get; }

    public SessionEvents Open(string revision = "2025-11-25") => Buffer.Open(revision)!;

    public static async Task SayAsync(EventStream stream, params string[] messages)
    {
        foreach (var message in messages)
        {
            await stream.SendAsync(Encoding.UTF8.GetBytes(message), CancellationToken.None);
        }
    }

    public static ReadOnlyMemory<byte> Bytes(string text) => Encoding.UTF8.GetBytes(text);

    /// <summary>Comes back for a stream as a client does, with the id that it has.</summary>
    public static async Task<(AttachOutcome? Outcome, FakeConnection Connection)> ResumeAsync(SessionEvents session, string lastId)
    {
        var connection = new FakeConnection();
        Assert.True(session.TryFind(lastId, out var stream, out var position));
        return (stream is null ? AttachOutcome.Lost : await stream.AttachAsync(connection, position, CancellationToken.None), connection);
    }

    public void Dispose()
    {
        Buffer.Dispose();
        _meter.Dispose();
    }
}
