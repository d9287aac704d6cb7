namespace McpRegistry.Storage;

/// <summary>What became of a write.</summary>
public enum StoreOutcome
{
    /// <summary>It took place.</summary>
    Success,

    /// <summary>The tenant has no such row.</summary>
    NotFound,

    /// <summary>A unique value is taken by another row, or a row that the written one names does not exist.</summary>
    Conflict,

    /// <summary>The row changed since it was read.</summary>
    Stale,

    /// <summary>Other rows name this one, which therefore cannot be deleted.</summary>
    InUse,
}
