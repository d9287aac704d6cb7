namespace McpRegistry.Maintenance;

/// <summary>
/// Keeps the registry's own tables in shape: statistics for the query planner, room of deleted rows. One replica at a time
/// does it. Thread-safe; infrastructure failures are thrown.
/// </summary>
public interface IDatabaseUpkeep
{
    /// <summary>Brings the statistics of every table up to date and frees the room of deleted rows.</summary>
    /// <param name="unlessWithin">
    /// Does nothing where it was done within this time by any replica, by the clock of the database; zero to do it in any case.
    /// </param>
    /// <param name="cancellationToken">Cancels the work between or inside tables.</param>
    /// <returns>What became of it.</returns>
    ValueTask<DatabaseUpkeepOutcome> OptimizeAsync(TimeSpan unlessWithin, CancellationToken cancellationToken);
}
