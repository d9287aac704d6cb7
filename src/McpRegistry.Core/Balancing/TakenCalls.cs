namespace McpRegistry.Balancing;

/// <summary>The part of the last calls that were not refused, each counting the same. Written under a lock.</summary>
/// <param name="least">How many it takes to tell.</param>
internal sealed class TakenCalls(int least)
{
    /// <summary>Twice as many as it takes to judge at all: with half as many, chance alone makes a difference between equals.</summary>
    private readonly int _last = 2 * least;
    private double _taken = 1;
    private int _known;

    /// <summary>Gets the part; null while too few are known.</summary>
    public double? Part => Volatile.Read(ref _known) < least ? null : Volatile.Read(ref _taken);

    /// <summary>Counts a call.</summary>
    public void Add(bool taken)
    {
        var known = Math.Min(_known + 1, _last);
        Volatile.Write(ref _taken, _taken + (((taken ? 1 : 0) - _taken) / known));
        Volatile.Write(ref _known, known);
    }

    /// <summary>Forgets all.</summary>
    public void Clear()
    {
        Volatile.Write(ref _known, 0);
        Volatile.Write(ref _taken, 1);
    }
}
