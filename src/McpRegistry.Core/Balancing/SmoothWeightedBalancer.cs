namespace McpRegistry.Balancing;

/// <summary>
/// Smooth weighted round robin, as nginx has it: each candidate gains its weight, the highest is chosen and loses the sum. After so many picks
/// as the sum of the weights each has had its weight in picks, spread as evenly as can be.
/// </summary>
internal sealed class SmoothWeightedBalancer : ISetBalancer
{
    private readonly Lock _lock = new();
    private readonly long[] _current = new long[EndpointBuffer.Capacity];

    /// <summary>Goes on where candidates change, or the first of a round would get more than its part of the calls.</summary>
    private int _turn = -1;

    public int Pick(CandidateSet set, LoadBalancingCall call) => set.Turns.IsKnown ? TakeTurn(set) : Pick(set.Candidates, call);

    /// <summary>Takes the next turn of a round that is known.</summary>
    public int TakeTurn(CandidateSet set) => set.Turns[(uint)Interlocked.Increment(ref _turn)];

    public int Pick(ReadOnlySpan<IEndpointLoad> candidates, LoadBalancingCall call)
    {
        lock (_lock)
        {
            var best = 0;
            var total = 0L;
            for (var i = 0; i < candidates.Length; i++)
            {
                var candidate = candidates[i];
                var current = _current[candidate.Ordinal] += candidate.Endpoint.Weight;
                total += candidate.Endpoint.Weight;
                if (current > _current[candidates[best].Ordinal])
                {
                    best = i;
                }
            }

            _current[candidates[best].Ordinal] -= total;
            return best;
        }
    }
}
