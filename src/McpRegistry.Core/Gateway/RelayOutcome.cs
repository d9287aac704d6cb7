using McpRegistry.Upstream;

namespace McpRegistry.Gateway;

/// <summary>How one attempt of a call ended.</summary>
/// <param name="Answer">The answer; empty where there is a fault.</param>
/// <param name="Fault">Why there is no answer; null when there is one.</param>
internal readonly record struct RelayOutcome(GatewayAnswer Answer, UpstreamFault? Fault)
{
    /// <summary>Gets what becomes of an attempt when another one has won.</summary>
    public static RelayOutcome Lost { get; } = new() { IsLost = true };

    public bool IsLost { get; init; }

    /// <summary>Gets a value that tells whether the answer says that its endpoint failed, so that the one of another endpoint may be better.</summary>
    public bool IsPoor { get; init; }

    /// <summary>Gets a value that tells whether nothing better is to be waited for.</summary>
    public bool IsGood => Fault is null && !IsLost && !IsPoor;

    public static implicit operator RelayOutcome(GatewayAnswer answer) => new(answer, null);

    public static implicit operator RelayOutcome(UpstreamFault fault) => new(default, fault);
}
