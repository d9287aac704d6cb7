namespace McpRegistry.Limits;

/// <summary>What becomes of calls under a quota while the store cannot be reached and the leased calls are spent.</summary>
public enum QuotaFallback
{
    /// <summary>Each replica lets its share of the limit through (the limit divided by <see cref="LimitOptions.Replicas"/>), and takes it off later.</summary>
    Share,

    /// <summary>They are refused: the limit is never passed.</summary>
    Refuse,

    /// <summary>They go through, and are taken off later.</summary>
    Allow,
}
