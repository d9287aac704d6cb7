namespace McpRegistry.EntityFrameworkCore.Storage;

/// <summary>
/// Which unique key a write ran into, as far as the provider tells: PostgreSQL names the constraint, SQLite lists
/// <c>table.column</c>.
/// </summary>
/// <param name="Constraint">The name of the constraint or index; null when the provider lists columns.</param>
/// <param name="Columns">The columns as <c>table.column</c>; empty when the provider names the constraint.</param>
internal sealed record UniqueViolation(string? Constraint, IReadOnlyList<string> Columns);
