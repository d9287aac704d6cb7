using McpRegistry.Upstream;

namespace McpRegistry.Core.Tests.Upstream;

/// <summary>Somebody who borrows connections.</summary>
internal sealed record Owner(string Principal, string? SessionId = null, CancellationToken SessionEnded = default) : ISessionOwner
{
    public ClientProfile Profile { get; init; } = ClientProfile.Plain;

    public bool Listens { get; init; }

    public IClientSession? ClientSession { get; init; }

    public SessionKey Key => new(Principal, Profile.Fingerprint, SessionId);
}
