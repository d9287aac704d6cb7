using System.Threading.Channels;
using McpRegistry.Telemetry;
using ModelContextProtocol.Protocol;

namespace McpRegistry.Upstream.Channels;

/// <summary>A stdio server: the lines of a process, which ends with them and they with it.</summary>
internal sealed class ProcessTransport : ITransport
{
    private readonly ChildProcess _process;
    private readonly LineTransport _lines;
    private readonly TimeProvider _time;

    /// <summary>Takes over a process that has been started.</summary>
    /// <param name="process">The process.</param>
    /// <param name="options">The largest message.</param>
    /// <param name="time">The clock.</param>
    /// <param name="tellOfOddity">Is told once of a line that is no message.</param>
    public ProcessTransport(ChildProcess process, UpstreamOptions options, TimeProvider time, Action tellOfOddity)
    {
        _process = process;
        _time = time;
        _lines = new LineTransport(process.Input, process.Output, options.MaxMessageBytes, tellOfOddity);
        _ = Detached.Run(EndTogetherAsync);
    }

    public string? SessionId => null;

    public ChannelReader<JsonRpcMessage> MessageReader => _lines.MessageReader;

    public Task SendMessageAsync(JsonRpcMessage message, CancellationToken cancellationToken = default) => _lines.SendMessageAsync(message, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        // What it still writes is read meanwhile: one that is stuck in that could not end by itself.
        await _process.EndAsync().ConfigureAwait(false);
        await _lines.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>
    /// A process that is not read any more is of no use, and what it has started may hold its output open when it is gone. Not all
    /// of that can be found and ended, so the lines end without it.
    /// </summary>
    private async Task EndTogetherAsync()
    {
        await Task.WhenAny(_lines.Completion, _process.Exited).ConfigureAwait(false);
        await _process.EndAsync().ConfigureAwait(false);
        try
        {
            await _lines.Completion.WaitAsync(_process.LastLinesTimeout, _time).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            await _lines.DisposeAsync().ConfigureAwait(false);
        }
    }
}
