using McpRegistry.Upstream;

namespace McpRegistry.Watching;

/// <summary>The client on whose behalf a server is watched; unlike a call it does not keep a request's body alive.</summary>
internal sealed record WatchOwner(string Principal, ClientProfile Profile, string? SessionId, CancellationToken SessionEnded) : ISessionOwner
{
    public bool Listens => true;

    public IClientSession? ClientSession { get; init; }

    /// <summary>Gets the endpoint that has what is watched; null when each of them may.</summary>
    public Guid? Endpoint { get; init; }

    public bool IsBound => Endpoint is not null;
}
