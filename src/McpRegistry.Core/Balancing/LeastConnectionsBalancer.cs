namespace McpRegistry.Balancing;

/// <summary>The fewest calls in flight for its weight, as the weighted least connections of Linux Virtual Server; equals share by weight.</summary>
internal sealed class LeastConnectionsBalancer : ISetBalancer
{
    private readonly SmoothWeightedBalancer _equals = new();

    public int Pick(CandidateSet set, LoadBalancingCall call)
    {
        // Nobody has fewer calls than none, so the others need not be asked.
        var turn = set.Turns.IsKnown ? _equals.TakeTurn(set) : -1;
        return turn >= 0 && set.Candidates[turn].InFlight == 0 ? turn : Pick(set.Candidates, call);
    }

    public int Pick(ReadOnlySpan<IEndpointLoad> candidates, LoadBalancingCall call)
    {
        var buffer = default(EndpointBuffer);
        Span<IEndpointLoad> least = buffer;
        Span<int> indexes = stackalloc int[EndpointBuffer.Capacity];
        var (count, inFlight, weight) = (0, 0, 1);
        for (var i = 0; i < candidates.Length; i++)
        {
            // Once: it changes while others send.
            var (mine, myWeight) = (candidates[i].InFlight, candidates[i].Endpoint.Weight);
            var comparison = count == 0 ? -1 : Compare(mine, myWeight, inFlight, weight);
            if (comparison < 0)
            {
                (count, inFlight, weight) = (0, mine, myWeight);
            }

            if (comparison <= 0)
            {
                least[count] = candidates[i];
                indexes[count++] = i;
            }
        }

        return count == 1 ? indexes[0] : indexes[_equals.Pick(least[..count], call)];
    }

    /// <summary>Compares the calls for the weight of a candidate with those of another one; negative when it has fewer.</summary>
    public static int Compare(IEndpointLoad candidate, int inFlight, int weight) => Compare(candidate.InFlight, candidate.Endpoint.Weight, inFlight, weight);

    private static int Compare(int left, int leftWeight, int right, int rightWeight) => ((long)left * rightWeight).CompareTo((long)right * leftWeight);
}
