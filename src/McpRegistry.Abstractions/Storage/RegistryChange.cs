using McpRegistry.Tenancy;

namespace McpRegistry.Storage;

/// <summary>One write, as the feed tells it.</summary>
public sealed record RegistryChange
{
    /// <summary>
    /// Gets the revision of the whole store that the write raised. On a <see cref="RegistryChangeKind.Reset"/>: the revision
    /// that a reload is sure to contain, and after which the feed goes on.
    /// </summary>
    public required long Revision { get; init; }

    /// <summary>Gets what was written.</summary>
    public required RegistryChangeKind Kind { get; init; }

    /// <summary>Gets the owner of the row; <see cref="TenantId.Global"/> for rows that belong to no tenant, and on a reset.</summary>
    public TenantId Tenant { get; init; }

    /// <summary>Gets the id of the row: of the server for its catalogue, too; empty on a reset.</summary>
    public Guid Id { get; init; }

    /// <summary>Gets what happened to the row.</summary>
    public RegistryChangeOperation Operation { get; init; }

    /// <summary>Gets when the write took place, UTC, by the clock of its replica; on a reset, when it was noticed.</summary>
    public DateTimeOffset OccurredAt { get; init; }
}
