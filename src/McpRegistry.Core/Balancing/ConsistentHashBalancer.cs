using McpRegistry.Routing;

namespace McpRegistry.Balancing;

/// <summary>
/// Weighted rendezvous hashing: each endpoint draws a number for the key, and the best one by its weight wins, so that with an endpoint only its own
/// keys go, and come back with it. An endpoint that has more than its bounded part of the calls in flight is passed over (Mirrokni, Thorup and
/// Zadimoghaddam 2018), so that a key of many calls cannot bury it.
/// </summary>
/// <param name="bound">How many times its part an endpoint may have.</param>
internal sealed class ConsistentHashBalancer(double bound) : ISetBalancer
{
    /// <summary>Below this many calls in flight nobody is buried, and keys should stay.</summary>
    private const int Unbounded = 8;

    public bool UsesKeys => true;

    public int Pick(ReadOnlySpan<IEndpointLoad> candidates, LoadBalancingCall call) => Bounded(candidates, call.Key, Winner(candidates, call.Key));

    public int Pick(CandidateSet set, LoadBalancingCall call)
    {
        var winner = set.Winners.Find(call.Key);
        if (winner < 0)
        {
            set.Winners.Keep(call.Key, winner = Winner(set.Candidates, call.Key));
        }

        return Bounded(set.Candidates, call.Key, winner);
    }

    /// <summary>Returns what an endpoint draws by; its id is the same on all replicas that share a store.</summary>
    public static ulong HashOf(IEndpointLoad endpoint) => ((EndpointLoad)endpoint).Hash;

    private static int Winner(ReadOnlySpan<IEndpointLoad> candidates, ulong key)
    {
        var (best, least) = (0, double.PositiveInfinity);
        for (var i = 0; i < candidates.Length; i++)
        {
            if (Draw(candidates[i], key) is var drawn && drawn < least)
            {
                (best, least) = (i, drawn);
            }
        }

        return best;
    }

    /// <summary>Returns the winner, or the next one that has room.</summary>
    private int Bounded(ReadOnlySpan<IEndpointLoad> candidates, ulong key, int winner)
    {
        if (candidates[winner].InFlight < Unbounded)
        {
            return winner;
        }

        var (inFlight, weights) = (1L, 0L);
        foreach (var candidate in candidates)
        {
            inFlight += candidate.InFlight;
            weights += candidate.Endpoint.Weight;
        }

        var share = bound * inFlight / weights;
        if (HasRoom(candidates[winner], share))
        {
            return winner;
        }

        var (best, least) = (-1, double.PositiveInfinity);
        for (var i = 0; i < candidates.Length; i++)
        {
            if (Draw(candidates[i], key) is var drawn && drawn < least && HasRoom(candidates[i], share))
            {
                (best, least) = (i, drawn);
            }
        }

        // All can be full only while calls come and go between the two looks at them.
        return best < 0 ? winner : best;
    }

    private static bool HasRoom(IEndpointLoad candidate, double share) => candidate.InFlight < Math.Max(Unbounded, Math.Ceiling(share * candidate.Endpoint.Weight));

    private static double Draw(IEndpointLoad candidate, ulong key) =>
        -Math.Log(StableHash.ToUnit(StableHash.Combine(key, HashOf(candidate))) + double.Epsilon) / candidate.Endpoint.Weight;
}
