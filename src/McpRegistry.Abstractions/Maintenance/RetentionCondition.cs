namespace McpRegistry.Maintenance;

/// <summary>One condition of a selection, checked against the list of what is allowed.</summary>
/// <param name="Column">The column.</param>
/// <param name="Value">
/// A <see cref="string"/>, <see cref="bool"/>, <see cref="long"/> or <see cref="Guid"/>, as the kind of the column says.
/// </param>
public sealed record RetentionCondition(string Column, object Value);
