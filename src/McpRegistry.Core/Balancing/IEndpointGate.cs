namespace McpRegistry.Balancing;

/// <summary>
/// Keeps endpoints out of the choice that should get no new call, as an open circuit breaker does. Where all are kept out, the choice is among all:
/// whether the call is sent then is for others to say.
/// </summary>
internal interface IEndpointGate
{
    /// <summary>Gets what is said of an endpoint that is kept out.</summary>
    EndpointState KeptOutAs { get; }

    /// <summary>Tells whether an endpoint may be chosen. Asked on the way of calls: it neither waits nor allocates, and changes nothing.</summary>
    bool Admits(IEndpointLoad endpoint);

    /// <summary>
    /// Tells how long the answer holds unless <see cref="EndpointChanges"/> count a change before, as a timestamp. Default 0: it may be another one at any time.
    /// </summary>
    long HoldsUntil(IEndpointLoad endpoint) => 0;
}
