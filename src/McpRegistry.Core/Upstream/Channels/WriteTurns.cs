using System.Diagnostics.CodeAnalysis;

namespace McpRegistry.Upstream.Channels;

/// <summary>Has those who share a connection write one message after the other, and each of them whole.</summary>
[SuppressMessage("Design", "CA1001", Justification = "A late message may still wait for its turn, which holds nothing to release.")]
internal sealed class WriteTurns
{
    private readonly SemaphoreSlim _turn = new(1, 1);

    /// <summary>
    /// Writes one message. A caller that gives up before its turn writes nothing; one that gives up later leaves a message behind
    /// that still goes out whole, for half of one would take the next with it, or the connection, and so the calls of others.
    /// </summary>
    /// <param name="write">Writes it.</param>
    /// <param name="cancellationToken">Ends the wait of the caller.</param>
    public async Task WriteAsync(Func<Task> write, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        var writing = WriteWholeAsync(write);
        try
        {
            await writing.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // If it fails, so does reading, of which everybody hears who still waits for the server.
            _ = ForgetAsync(writing);
            throw;
        }
    }

    private async Task WriteWholeAsync(Func<Task> write)
    {
        try
        {
            await write().ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
    }

    private static async Task ForgetAsync(Task writing) => await writing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
}
