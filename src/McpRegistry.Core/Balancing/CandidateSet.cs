using System.Numerics;

namespace McpRegistry.Balancing;

/// <summary>
/// The endpoints that the calls of a server are spread over, for as long as nothing changes there, so that a pick looks at one of them and not at all. What a policy needs
/// beyond them is worked out with its first pick.
/// </summary>
/// <param name="candidates">The endpoints, in the order of the server.</param>
/// <param name="isLevel">Whether each has its whole share, or all the same part of it.</param>
/// <param name="version">How many changes there were before they were looked at.</param>
/// <param name="until">The timestamp at which time alone changes something.</param>
internal sealed class CandidateSet(IEndpointLoad[] candidates, bool isLevel, long version, long until)
{
    private readonly ulong _ordinals = candidates.Aggregate(0UL, static (mask, candidate) => mask | (1UL << candidate.Ordinal));
    private WeightTable? _weights;
    private TurnRound? _turns;
    private KeyWinners? _winners;

    public ReadOnlySpan<IEndpointLoad> Candidates => candidates;

    public bool IsLevel => isLevel;

    /// <summary>Gets what draws candidates in proportion to their weights.</summary>
    public WeightTable Weights => _weights ??= new WeightTable(candidates);

    /// <summary>Gets one round of turns by weight.</summary>
    public TurnRound Turns => _turns ??= TurnRound.Of(candidates);

    /// <summary>Gets which candidates keys have led to.</summary>
    public KeyWinners Winners => _winners ??= new KeyWinners();

    /// <summary>Tells whether nothing has changed since.</summary>
    public bool Holds(EndpointChanges changes, TimeProvider time) =>
        version == changes.Count && (until == long.MaxValue || time.GetTimestamp() < until);

    /// <summary>Returns the index of the first candidate behind a place in the order of the server, or of the first of all.</summary>
    public int After(int ordinal)
    {
        var later = ordinal < EndpointBuffer.Capacity - 1 ? _ordinals & (ulong.MaxValue << (ordinal + 1)) : 0;
        return BitOperations.PopCount(_ordinals & ((1UL << BitOperations.TrailingZeroCount(later == 0 ? _ordinals : later)) - 1));
    }
}
