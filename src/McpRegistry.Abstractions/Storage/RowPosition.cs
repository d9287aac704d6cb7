namespace McpRegistry.Storage;

/// <summary>The place of a row in a list by time: pages go on after the last row of the page before.</summary>
/// <param name="Time">The time of the row, UTC.</param>
/// <param name="Id">Its id, which decides among rows of one time.</param>
public readonly record struct RowPosition(DateTimeOffset Time, Guid Id);
