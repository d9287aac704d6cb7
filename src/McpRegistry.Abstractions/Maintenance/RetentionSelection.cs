using System.Collections.Immutable;

namespace McpRegistry.Maintenance;

/// <summary>Which rows go. Every name in it comes from a <see cref="RetentionTable"/>.</summary>
public sealed record RetentionSelection
{
    /// <summary>Gets the table.</summary>
    public required string Table { get; init; }

    /// <summary>Gets the column that tells the age of a row.</summary>
    public required string DateColumn { get; init; }

    /// <summary>Gets the time before which a row must lie, UTC, exclusive.</summary>
    public required DateTimeOffset Before { get; init; }

    /// <summary>Gets the conditions, all of which must hold.</summary>
    public required ImmutableArray<RetentionCondition> Conditions { get; init; }
}
