using McpRegistry.Servers;

namespace McpRegistry.Upstream;

/// <summary>Counts the connections that are opened to one endpoint, the supervised one and those of clients. None of it is on the way of a call that finds one open.</summary>
internal sealed class ConnectionCounts(TimeProvider time)
{
    private long _opened;
    private long _closed;
    private long _failed;
    private long _openingTicks;

    /// <summary>The UTC ticks of the last attempt that ended; 0 for none.</summary>
    private long _lastTried;

    public long Opened => Volatile.Read(ref _opened);

    public long Closed => Volatile.Read(ref _closed);

    public long Failed => Volatile.Read(ref _failed);

    /// <summary>Gets when it was last found out whether the endpoint can be connected to; null before the first time.</summary>
    public DateTimeOffset? LastTried => Volatile.Read(ref _lastTried) is var ticks and not 0 ? new DateTimeOffset(ticks, TimeSpan.Zero) : null;

    /// <summary>Gets how long it took to open one; null before the first.</summary>
    public TimeSpan? MeanOpening => Opened is var opened and not 0 ? new TimeSpan(Volatile.Read(ref _openingTicks) / opened) : null;

    /// <summary>Opens a connection and counts it. An attempt that is given up, because nobody wants it any more, says nothing.</summary>
    public async ValueTask<ConnectResult> ConnectAsync(
        IUpstreamConnector connector, RegisteredServer server, ServerEndpoint endpoint, ClientProfile profile, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        var isOpen = false;
        try
        {
            var result = await connector.ConnectAsync(server, endpoint, profile, cancellationToken).ConfigureAwait(false);
            isOpen = result.Connected;
            return result;
        }
        finally
        {
            if (isOpen)
            {
                // Before the number, so that the mean of a reader in between is too long rather than of nothing.
                Interlocked.Add(ref _openingTicks, time.GetElapsedTime(began).Ticks);
                Interlocked.Increment(ref _opened);
                Tried();
            }
            else if (!cancellationToken.IsCancellationRequested)
            {
                Interlocked.Increment(ref _failed);
                Tried();
            }
        }
    }

    /// <summary>Notes that a connection was closed.</summary>
    public void Close() => Interlocked.Increment(ref _closed);

    private void Tried() => Volatile.Write(ref _lastTried, time.GetUtcNow().UtcTicks);
}
