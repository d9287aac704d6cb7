using System.Collections.Immutable;

namespace McpRegistry.Auditing;

/// <summary>The rows of a tenant that have no place in its chain.</summary>
/// <param name="Count">How many there are.</param>
/// <param name="Newest">The ids of the newest of them, at most ten.</param>
public sealed record UnchainedAuditEvents(long Count, ImmutableArray<Guid> Newest)
{
    /// <summary>The most ids that are given.</summary>
    public const int MaxNewest = 10;
}
