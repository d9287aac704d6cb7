namespace McpRegistry.Balancing;

/// <summary>At random, in proportion to the weights.</summary>
internal sealed class RandomBalancer(ulong seed) : ISetBalancer
{
    private readonly PseudoRandom _random = new(seed);

    public int Pick(ReadOnlySpan<IEndpointLoad> candidates, LoadBalancingCall call) => WeightedDraw.At(candidates, _random.Next());

    public int Pick(CandidateSet set, LoadBalancingCall call) => set.Weights.At(_random.Next());
}
