namespace McpRegistry.Balancing;

/// <summary>One round of smooth weighted turns, worked out beforehand: after as many picks as the sum of the weights, without their common divisor, they begin anew.</summary>
internal sealed class TurnRound
{
    /// <summary>Of longer rounds the turns are worked out one by one; they would cost more than they spare where candidates come and go.</summary>
    private const int MaxTurns = 1024;

    private static readonly TurnRound Unknown = new([]);

    private readonly byte[] _turns;

    private TurnRound(byte[] turns) => _turns = turns;

    /// <summary>Gets a value that tells whether the round is short enough to be known.</summary>
    public bool IsKnown => _turns.Length > 0;

    /// <summary>Gets the index of the candidate whose turn it is.</summary>
    /// <param name="number">The number of the turn, over all rounds.</param>
    public int this[uint number] => _turns[number % (uint)_turns.Length];

    public static TurnRound Of(ReadOnlySpan<IEndpointLoad> candidates)
    {
        var (total, divisor) = (0L, 0);
        foreach (var candidate in candidates)
        {
            total += candidate.Endpoint.Weight;
            divisor = CommonDivisor(candidate.Endpoint.Weight, divisor);
        }

        if (total / divisor > MaxTurns)
        {
            return Unknown;
        }

        var turns = new byte[total / divisor];
        var balancer = new SmoothWeightedBalancer();
        for (var i = 0; i < turns.Length; i++)
        {
            turns[i] = (byte)balancer.Pick(candidates, default);
        }

        return new TurnRound(turns);
    }

    private static int CommonDivisor(int one, int other)
    {
        while (other != 0)
        {
            (one, other) = (other, one % other);
        }

        return one;
    }
}
