namespace McpRegistry.Balancing;

/// <summary>
/// The least peak latency times calls in flight, this one included, as the peak EWMA of Finagle. An endpoint of which nothing is known is tried
/// with one call at a time; one that has refused that is taken for the slowest.
/// </summary>
internal sealed class LeastLatencyBalancer : ILoadBalancer
{
    /// <summary>Below it an average has faded away, and says nothing any more.</summary>
    private static readonly TimeSpan Faded = TimeSpan.FromMicroseconds(1);

    private readonly SmoothWeightedBalancer _equals = new();

    public int Pick(ReadOnlySpan<IEndpointLoad> candidates, LoadBalancingCall call)
    {
        var buffer = default(EndpointBuffer);
        Span<IEndpointLoad> least = buffer;
        Span<int> indexes = stackalloc int[EndpointBuffer.Capacity];
        var slowest = TimeSpan.Zero;
        foreach (var candidate in candidates)
        {
            slowest = candidate.PeakLatency is var peak && peak > slowest ? peak : slowest;
        }

        var (count, lowest) = (0, 0.0);
        for (var i = 0; i < candidates.Length; i++)
        {
            var cost = CostOf(candidates[i], slowest);
            if (count == 0 || cost < lowest)
            {
                (count, lowest) = (0, cost);
            }

            if (cost <= lowest)
            {
                least[count] = candidates[i];
                indexes[count++] = i;
            }
        }

        return count == 1 ? indexes[0] : indexes[_equals.Pick(least[..count], call)];
    }

    private static double CostOf(IEndpointLoad candidate, TimeSpan slowest)
    {
        var (peak, inFlight) = (candidate.PeakLatency, candidate.InFlight);

        // It would be tried with each call, and be the fastest in refusing them.
        peak = peak <= Faded && ((EndpointLoad)candidate).RefusedLast ? slowest : peak;
        return peak > Faded ? peak.TotalMilliseconds * (inFlight + 1) / candidate.Endpoint.Weight
            : inFlight == 0 ? 0
            : 1e12 * inFlight / candidate.Endpoint.Weight;
    }
}
