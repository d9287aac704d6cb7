namespace McpRegistry.Balancing;

/// <summary>One after the other, whatever their weights: the next in the order of the server after the last one that was chosen.</summary>
internal sealed class RoundRobinBalancer : ISetBalancer
{
    private int _last = -1;

    public int Pick(ReadOnlySpan<IEndpointLoad> candidates, LoadBalancingCall call)
    {
        while (true)
        {
            var last = Volatile.Read(ref _last);
            var next = 0;
            while (next < candidates.Length && candidates[next].Ordinal <= last)
            {
                next++;
            }

            next = next == candidates.Length ? 0 : next;
            if (Interlocked.CompareExchange(ref _last, candidates[next].Ordinal, last) == last)
            {
                return next;
            }
        }
    }

    public int Pick(CandidateSet set, LoadBalancingCall call)
    {
        while (true)
        {
            var last = Volatile.Read(ref _last);
            var next = set.After(last);
            if (Interlocked.CompareExchange(ref _last, set.Candidates[next].Ordinal, last) == last)
            {
                return next;
            }
        }
    }
}
