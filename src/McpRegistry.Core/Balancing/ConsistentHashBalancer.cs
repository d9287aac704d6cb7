using McpRegistry.Routing;

namespace McpRegistry.Balancing;

/// <summary>
/// Weighted rendezvous hashing: each endpoint draws a number for the key, and the best one by its weight wins, so that with an endpoint only its own
/// keys go, and come back with it. An endpoint that has more than its bounded part of the calls in flight is passed over (Mirrokni, Thorup and
/// Zadimoghaddam 2018), so that a key of many calls cannot bury it.
/// </summary>
/// <param name="bound">How many times its part an endpoint may have.</param>
internal sealed class ConsistentHashBalancer(double bound) : ILoadBalancer
{
    /// <summary>Below this many calls in flight nobody is buried, and keys should stay.</summary>
    private const int Unbounded = 8;

    public bool UsesKeys => true;

    public int Pick(ReadOnlySpan<IEndpointLoad> candidates, LoadBalancingCall call)
    {
        var (inFlight, weights) = (1L, 0L);
        foreach (var candidate in candidates)
        {
            inFlight += candidate.InFlight;
            weights += candidate.Endpoint.Weight;
        }

        var share = bound * inFlight / weights;
        var (best, least) = (-1, double.PositiveInfinity);
        var (any, leastOfAny) = (0, double.PositiveInfinity);
        for (var i = 0; i < candidates.Length; i++)
        {
            var candidate = candidates[i];
            var drawn = -Math.Log(StableHash.ToUnit(StableHash.Combine(call.Key, HashOf(candidate))) + double.Epsilon) / candidate.Endpoint.Weight;
            if (drawn < leastOfAny)
            {
                (any, leastOfAny) = (i, drawn);
            }

            if (drawn < least && candidate.InFlight < Math.Max(Unbounded, Math.Ceiling(share * candidate.Endpoint.Weight)))
            {
                (best, least) = (i, drawn);
            }
        }

        // All can be full only while calls come and go between the two looks at them.
        return best < 0 ? any : best;
    }

    /// <summary>Returns what an endpoint draws by; its id is the same on all replicas that share a store.</summary>
    public static ulong HashOf(IEndpointLoad endpoint) => StableHash.Of(endpoint.Endpoint.Id);
}
