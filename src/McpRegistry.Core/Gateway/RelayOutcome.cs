using McpRegistry.Upstream;

namespace McpRegistry.Gateway;

/// <summary>How one attempt of a call ended.</summary>
/// <param name="Answer">The answer; empty where there is a fault.</param>
/// <param name="Fault">Why there is no answer; null when there is one.</param>
internal readonly record struct RelayOutcome(GatewayAnswer Answer, UpstreamFault? Fault)
{
    public static implicit operator RelayOutcome(GatewayAnswer answer) => new(answer, null);

    public static implicit operator RelayOutcome(UpstreamFault fault) => new(default, fault);
}
