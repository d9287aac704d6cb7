using McpRegistry.Upstream;

namespace McpRegistry.Routing;

/// <summary>On whose behalf copies of a caller's calls are made: its sessions are not the caller's, and take no place of those.</summary>
internal sealed record MirrorOwner(string Principal, Guid? Endpoint) : ISessionOwner, IUpstreamObserver
{
    public bool IsBalanced => true;

    public ClientProfile Profile => ClientProfile.Plain;

    public string? SessionId => null;

    public CancellationToken SessionEnded => CancellationToken.None;

    /// <summary>A server may ask about a copy, too; who else has a call in the session must not be asked in its place.</summary>
    public bool MayBeMeant => true;

    /// <summary>There is nobody to tell.</summary>
    public ValueTask NotifiedAsync(Protocol.UpstreamMessage notification, CancellationToken cancellationToken) => ValueTask.CompletedTask;
}
