namespace McpRegistry.Upstream;

/// <summary>A connection on loan. Dispose returns it.</summary>
internal abstract class ConnectionLease(UpstreamConnection connection) : IDisposable
{
    public UpstreamConnection Connection => connection;

    /// <summary>Listens to what comes unasked on this connection, for as long as the lease lasts at most; dispose ends it.</summary>
    public abstract IDisposable Listen(IUpstreamListener listener);

    /// <summary>Tells the owner that a call on this connection failed, so that it can check on the server.</summary>
    public abstract void Report(UpstreamFault fault);

    public abstract void Dispose();
}
