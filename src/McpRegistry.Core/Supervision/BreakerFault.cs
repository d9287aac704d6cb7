using McpRegistry.Discovery;
using McpRegistry.Upstream;

namespace McpRegistry.Supervision;

/// <summary>Says why a call is refused without being sent, and when the next one may be let through.</summary>
internal static class BreakerFault
{
    /// <param name="refused">The endpoint that the call was for.</param>
    /// <param name="endpoints">All of the server.</param>
    public static UpstreamFault Of(SupervisedEndpoint refused, SupervisedEndpoint[] endpoints)
    {
        var wait = refused.Load.Breaker.Wait;
        if (!Array.Exists(endpoints, static endpoint => endpoint.Load.Breaker.Admits))
        {
            // Else the call was bound to this one, and the others are no help.
            foreach (var other in endpoints)
            {
                wait = other.Load.Breaker.Wait is { } sooner && !(wait <= sooner) ? sooner : wait;
            }
        }

        return new UpstreamFault(FaultReasons.CircuitOpen, "Calls there have failed, so none is sent for the time being.") { RetryAfter = wait };
    }
}
