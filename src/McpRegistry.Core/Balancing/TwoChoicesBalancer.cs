namespace McpRegistry.Balancing;

/// <summary>
/// The power of two choices (Mitzenmacher 2001): two are drawn by their weights, and the one with fewer calls in flight for its weight is
/// chosen; of equals the one that was drawn first.
/// </summary>
internal sealed class TwoChoicesBalancer(ulong seed) : ISetBalancer
{
    private readonly PseudoRandom _random = new(seed);

    public int Pick(ReadOnlySpan<IEndpointLoad> candidates, LoadBalancingCall call)
    {
        var first = WeightedDraw.At(candidates, _random.Next());
        var second = WeightedDraw.At(candidates, _random.Next(), without: first);
        return Better(candidates, first, second);
    }

    public int Pick(CandidateSet set, LoadBalancingCall call)
    {
        var first = set.Weights.At(_random.Next());
        return Better(set.Candidates, first, set.Weights.At(_random.Next(), without: first));
    }

    private static int Better(ReadOnlySpan<IEndpointLoad> candidates, int first, int second) =>
        LeastConnectionsBalancer.Compare(candidates[second], candidates[first].InFlight, candidates[first].Endpoint.Weight) < 0 ? second : first;
}
