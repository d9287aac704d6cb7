namespace McpRegistry.Limits;

/// <summary>How a quota answers.</summary>
internal enum QuotaOutcome
{
    Taken,
    Exceeded,

    /// <summary>The store failed, and this replica's share is used up.</summary>
    Unknown,
    Gone,
}
