namespace McpRegistry.Balancing;

/// <summary>
/// The highest score of success rate, mean latency and calls in flight; those in flight count by the weight. Those within a hundredth of the best
/// share by weight, so that noise in the measures decides nothing.
/// </summary>
internal sealed class ScoreBalancer(BalancingOptions options) : ILoadBalancer
{
    private const double Tolerance = 0.01;

    private readonly SmoothWeightedBalancer _equals = new();
    private readonly double _success = options.ScoreSuccess;
    private readonly double _latency = options.ScoreLatency;
    private readonly double _inFlight = options.ScoreInFlight;

    public int Pick(ReadOnlySpan<IEndpointLoad> candidates, LoadBalancingCall call)
    {
        var (weights, slowest) = (0.0, TimeSpan.Zero);
        foreach (var candidate in candidates)
        {
            weights += candidate.Endpoint.Weight;
            slowest = candidate.MeanLatency is var mean && mean > slowest ? mean : slowest;
        }

        Span<double> scores = stackalloc double[EndpointBuffer.Capacity];
        var highest = double.NegativeInfinity;
        for (var i = 0; i < candidates.Length; i++)
        {
            scores[i] = Score(candidates[i], weights / candidates.Length, slowest);
            highest = Math.Max(highest, scores[i]);
        }

        var buffer = default(EndpointBuffer);
        Span<IEndpointLoad> best = buffer;
        Span<int> indexes = stackalloc int[EndpointBuffer.Capacity];
        var count = 0;
        for (var i = 0; i < candidates.Length; i++)
        {
            if (scores[i] >= highest - Tolerance)
            {
                best[count] = candidates[i];
                indexes[count++] = i;
            }
        }

        return count == 1 ? indexes[0] : indexes[_equals.Pick(best[..count], call)];
    }

    /// <summary>Returns the score of an endpoint.</summary>
    /// <param name="endpoint">The endpoint.</param>
    /// <param name="meanWeight">What the candidates weigh on average.</param>
    /// <param name="slowest">The highest mean latency of them, for which one is taken that has refused its calls before anything was known of it.</param>
    public double Score(IEndpointLoad endpoint, double meanWeight, TimeSpan slowest) =>
        (_success * endpoint.SuccessRate)
        + (_latency / (1 + (MeanOf((EndpointLoad)endpoint, slowest).TotalMilliseconds / 100)))
        + (_inFlight / (1 + (endpoint.InFlight * meanWeight / endpoint.Endpoint.Weight / 10)));

    private static TimeSpan MeanOf(EndpointLoad endpoint, TimeSpan slowest) =>
        endpoint.MeanLatency is var mean && mean == TimeSpan.Zero && endpoint.RefusedLast ? slowest : mean;
}
