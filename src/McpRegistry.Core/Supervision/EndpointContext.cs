using McpRegistry.Balancing;
using McpRegistry.Resilience;
using McpRegistry.Upstream;
using Microsoft.Extensions.Options;

namespace McpRegistry.Supervision;

/// <summary>What all supervised endpoints share.</summary>
/// <param name="Connector">Opens connections.</param>
/// <param name="Options">Times and limits.</param>
/// <param name="Time">The clock.</param>
/// <param name="Gate">Bounds how many attempts to connect begin at once.</param>
/// <param name="Jitter">Gives a number from 0 to 1.</param>
/// <param name="Balancing">What spreads calls over them.</param>
/// <param name="Breakers">What keeps calls from those that fail.</param>
internal sealed record EndpointContext(
    IUpstreamConnector Connector,
    IOptions<UpstreamOptions> Options,
    TimeProvider Time,
    ConnectGates Gate,
    Func<double> Jitter,
    BalancingContext Balancing,
    CircuitBreakers Breakers)
{
    /// <summary>Gets what holds for the calls of each server.</summary>
    public ServerBounds Resilience { get; init; } = new();

    /// <summary>Gets what the calls of each server wait at.</summary>
    public required CallGates Gates { get; init; }
}
