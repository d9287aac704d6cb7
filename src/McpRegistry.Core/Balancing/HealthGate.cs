namespace McpRegistry.Balancing;

/// <summary>Keeps unhealthy endpoints out.</summary>
internal sealed class HealthGate : IEndpointGate
{
    public EndpointState KeptOutAs => EndpointState.Unhealthy;

    public bool Admits(IEndpointLoad endpoint) => ((EndpointLoad)endpoint).Condition != EndpointCondition.Unhealthy;

    public long HoldsUntil(IEndpointLoad endpoint) => ((EndpointLoad)endpoint).SteadyUntil;
}
