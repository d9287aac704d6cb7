using McpRegistry.Upstream;

namespace McpRegistry.Benchmarks.Balancing;

/// <summary>A caller without a session, whose calls are spread.</summary>
internal sealed class PickOwner : ISessionOwner
{
    public string Principal { get; init; } = "key:1";

    public bool IsBalanced => true;

    public ClientProfile Profile => ClientProfile.Plain;

    public string? SessionId => null;

    public CancellationToken SessionEnded => CancellationToken.None;
}
