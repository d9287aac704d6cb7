using Microsoft.Extensions.Logging;

namespace McpRegistry.Resilience;

/// <summary>What all breakers of a replica share.</summary>
/// <param name="Options">When they open and close.</param>
/// <param name="Faults">What counts.</param>
/// <param name="Time">The clock.</param>
/// <param name="Instance">The name of the replica; null for none.</param>
/// <param name="Log">Where changes are told.</param>
/// <param name="Save">Takes a breaker whose state other replicas are to know, without waiting.</param>
internal sealed record CircuitSettings(
    CircuitBreakerOptions Options, CircuitFaults Faults, TimeProvider Time, string? Instance, ILogger Log, Action<EndpointBreaker>? Save = null);
