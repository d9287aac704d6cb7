namespace McpRegistry.Maintenance;

/// <summary>What a refresh of a materialised view left.</summary>
/// <param name="StartedAt">When it began, UTC.</param>
/// <param name="Duration">How long it took.</param>
/// <param name="RowCount">How many rows the view has.</param>
/// <param name="SizeBytes">Its size with indexes in bytes; null where the database does not tell.</param>
public sealed record MaterializedViewRefresh(DateTimeOffset StartedAt, TimeSpan Duration, long RowCount, long? SizeBytes);
