namespace McpRegistry.Routing;

/// <summary>
/// Where a rule is in spreading its calls. Multiples of the golden ratio, less their whole part, fall into any stretch of the
/// unit in proportion to its length and hardly ever two in a row into a small one, whatever is usable at the moment.
/// </summary>
internal sealed class RouteRotation
{
    private const ulong GoldenRatio = 0x9E3779B97F4A7C15;

    private long _turns;
    private long _copies;

    /// <summary>Gets how many calls were spread so far.</summary>
    public long Turns => Volatile.Read(ref _turns);

    /// <summary>Takes the next turn.</summary>
    public long Take() => Interlocked.Increment(ref _turns) - 1;

    /// <summary>Takes the next turn of the copies, and tells whether it falls into a share.</summary>
    public bool TakeCopy(double share) => PointOf(Interlocked.Increment(ref _copies) - 1) < share;

    /// <summary>Returns the point from 0 to just below 1 that a turn falls on.</summary>
    public static double PointOf(long turn) => StableHash.ToUnit((ulong)turn * GoldenRatio);
}
