using McpRegistry.Routing;

namespace McpRegistry.Balancing;

/// <summary>SplitMix64 (Steele, Lea, Flood 2014), whose state is a mere sum, so that calls can draw at once without a lock. Not for secrets.</summary>
internal sealed class PseudoRandom(ulong seed)
{
    private const ulong GoldenRatio = 0x9E3779B97F4A7C15;

    private ulong _state = seed;

    /// <summary>Draws a number from 0 to just below 1.</summary>
    public double Next() => StableHash.ToUnit(StableHash.Combine(Interlocked.Add(ref _state, GoldenRatio), 0));
}
