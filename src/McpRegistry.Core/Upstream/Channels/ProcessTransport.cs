using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;
using ModelContextProtocol.Protocol;

namespace McpRegistry.Upstream.Channels;

/// <summary>A stdio transport that leaves nothing behind: what the child started ends with it.</summary>
internal sealed class ProcessTransport(ITransport inner, ProcessFamily family) : ITransport
{
    [SuppressMessage("Usage", "CA2213", Justification = "A late message may still wait for it; it holds nothing to release.")]
    private readonly SemaphoreSlim _turn = new(1, 1);

    public string? SessionId => inner.SessionId;

    public ChannelReader<JsonRpcMessage> MessageReader => inner.MessageReader;

    /// <summary>
    /// Writes one message. A caller that gives up before its turn sends nothing; one that gives up later leaves a message
    /// behind that still goes out whole, for half a line would swallow the next one, which is another call's.
    /// </summary>
    public async Task SendMessageAsync(JsonRpcMessage message, CancellationToken cancellationToken = default)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        await SendWholeAsync(message).WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            await inner.DisposeAsync().ConfigureAwait(false);
        }
        finally
        {
            family.End();
        }
    }

    private async Task SendWholeAsync(JsonRpcMessage message)
    {
        try
        {
            await inner.SendMessageAsync(message, CancellationToken.None).ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
    }
}
