using System.Collections.Immutable;

namespace McpRegistry.Maintenance;

/// <summary>A table whose rows a retention policy may delete, and the only columns that it may name.</summary>
public sealed record RetentionTable
{
    /// <summary>Gets the name of the table.</summary>
    public required string Name { get; init; }

    /// <summary>Gets the columns that tell the age of a row.</summary>
    public required ImmutableArray<string> DateColumns { get; init; }

    /// <summary>Gets the columns that conditions may name.</summary>
    public required ImmutableArray<RetentionColumn> ConditionColumns { get; init; }
}
