using McpRegistry.Balancing;

namespace McpRegistry.Resilience;

/// <summary>Keeps endpoints out whose breaker lets no call through.</summary>
internal sealed class BreakerGate : IEndpointGate
{
    public EndpointState KeptOutAs => EndpointState.CircuitOpen;

    public bool Admits(IEndpointLoad endpoint) => ((EndpointLoad)endpoint).Breaker.Admits;

    public long HoldsUntil(IEndpointLoad endpoint) => ((EndpointLoad)endpoint).Breaker.HoldsUntil;
}
