using System.Collections.Immutable;

namespace McpRegistry.Storage;

/// <summary>How a store was when it was asked.</summary>
public sealed record StorageHealth
{
    /// <summary>Gets a value that tells whether the store answered.</summary>
    public required bool Reachable { get; init; }

    /// <summary>Gets how long the answer, or the failure, took; the wait for a connection included.</summary>
    public TimeSpan Latency { get; init; }

    /// <summary>
    /// Gets how many changes of the schema this version knows and the store does not have yet; 0 for a store without a
    /// schema, and where it could not be asked.
    /// </summary>
    public int PendingMigrations { get; init; }

    /// <summary>Gets the kind of failure, without names, addresses or secrets; null where there was none.</summary>
    public string? Detail { get; init; }

    /// <summary>Gets the connection pools; empty for a store that has none whose size is limited.</summary>
    public ImmutableArray<StoragePoolHealth> Pools { get; init; } = [];
}
