namespace McpRegistry.Balancing;

/// <summary>At random, in proportion to the weights.</summary>
internal sealed class RandomBalancer(ulong seed) : ILoadBalancer
{
    private readonly PseudoRandom _random = new(seed);

    public int Pick(ReadOnlySpan<IEndpointLoad> candidates, LoadBalancingCall call) => WeightedDraw.At(candidates, _random.Next());
}
