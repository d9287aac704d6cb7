using System.Collections.Immutable;

namespace McpRegistry.Maintenance;

/// <summary>A column by which a retention policy may choose rows.</summary>
/// <param name="Name">The name of the column.</param>
/// <param name="Kind">What it holds.</param>
public sealed record RetentionColumn(string Name, RetentionValueKind Kind)
{
    /// <summary>Gets the only values that are allowed; empty for any of the kind.</summary>
    public ImmutableArray<string> Values { get; init; } = [];
}
