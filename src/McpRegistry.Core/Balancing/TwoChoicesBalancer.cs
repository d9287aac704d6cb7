namespace McpRegistry.Balancing;

/// <summary>
/// The power of two choices (Mitzenmacher 2001): two are drawn by their weights, and the one with fewer calls in flight for its weight is
/// chosen; of equals the one that was drawn first.
/// </summary>
internal sealed class TwoChoicesBalancer(ulong seed) : ILoadBalancer
{
    private readonly PseudoRandom _random = new(seed);

    public int Pick(ReadOnlySpan<IEndpointLoad> candidates, LoadBalancingCall call)
    {
        var first = WeightedDraw.At(candidates, _random.Next());
        var second = WeightedDraw.At(candidates, _random.Next(), without: first);
        return LeastConnectionsBalancer.Compare(candidates[second], candidates[first].InFlight, candidates[first].Endpoint.Weight) < 0 ? second : first;
    }
}
