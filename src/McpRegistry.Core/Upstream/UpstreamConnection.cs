using McpRegistry.Protocol;

namespace McpRegistry.Upstream;

/// <summary>An open connection, session or process of one upstream endpoint. Thread-safe; serves many requests at once.</summary>
internal abstract class UpstreamConnection(UpstreamHandshake handshake) : IAsyncDisposable
{
    private ResourceSubscriptions? _subscriptions;

    /// <summary>Gets what the server said of itself; another object after a session was opened anew.</summary>
    public UpstreamHandshake Handshake { get; protected set; } = handshake;

    /// <summary>Gets a value that tells whether the far end is known to be gone; false where only the next request can tell.</summary>
    public virtual bool HasEnded => false;

    /// <summary>
    /// Gets a value that tells whether the session outlives the streams that carry it, so that one which breaks says nothing about
    /// it (Streamable HTTP); elsewhere both are one.
    /// </summary>
    public virtual bool OutlivesItsStreams => false;

    /// <summary>Gets the resources that this legacy session is subscribed to.</summary>
    public ResourceSubscriptions Subscriptions => LazyInitializer.EnsureInitialized(ref _subscriptions, () => new ResourceSubscriptions(this));

    /// <summary>
    /// Gets a value that tells whether arguments go into headers too, so that tools which break the rules for that cannot be
    /// used. Only Streamable HTTP of 2026-07-28 knows this; elsewhere <c>x-mcp-header</c> is a keyword like any other.
    /// </summary>
    public virtual bool MirrorsParameters => false;

    /// <summary>Sends a request and waits for its response.</summary>
    /// <param name="request">The request.</param>
    /// <param name="observer">Hears the notifications that belong to it; null when nobody does.</param>
    /// <param name="cancellationToken">Cancels the request here and at the server; throws <see cref="OperationCanceledException"/>.</param>
    /// <returns>The response or a fault. Nothing but a cancellation is thrown.</returns>
    public abstract ValueTask<UpstreamReply> SendAsync(UpstreamRequest request, IUpstreamObserver? observer, CancellationToken cancellationToken);

    /// <summary>Sends a notification to a legacy server, as well as it can be; nothing is thrown but a cancellation.</summary>
    public abstract ValueTask NotifyAsync(ReadOnlyMemory<byte> notification, CancellationToken cancellationToken);

    /// <summary>Has a legacy session with log levels say what its client wants to hear from now on. Nothing is thrown but a cancellation.</summary>
    public virtual ValueTask SetLogLevelAsync(LogLevel level, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    /// <summary>Puts the questions of the session that wait for somebody who can be asked to one who listens to it from now on.</summary>
    public virtual void Offer(IUpstreamListener listener)
    {
    }

    /// <summary>
    /// Tells that a request got no answer in its time. A connection whose server may have stopped for good finds out, and ends itself
    /// then; this returns at once.
    /// </summary>
    public virtual void NoteTimeout()
    {
    }

    /// <summary>
    /// Follows what the server sends unasked until the connection ends, which is also how its death is noticed. One watch at
    /// a time.
    /// </summary>
    /// <param name="listener">Hears notifications, questions and gaps; its end is not told by this method.</param>
    /// <param name="cancellationToken">Ends the watch.</param>
    /// <returns>Why the connection ended; null when this server cannot be watched.</returns>
    public abstract Task<UpstreamFault?> WatchAsync(IUpstreamListener listener, CancellationToken cancellationToken);

    /// <inheritdoc/>
    public abstract ValueTask DisposeAsync();
}
