namespace McpRegistry.Maintenance;

/// <summary>For stores without files.</summary>
internal sealed class UnsupportedUpkeep : IDatabaseUpkeep
{
    public ValueTask<DatabaseUpkeepOutcome> OptimizeAsync(TimeSpan unlessWithin, CancellationToken cancellationToken) => cancellationToken.IsCancellationRequested
        ? ValueTask.FromCanceled<DatabaseUpkeepOutcome>(cancellationToken)
        : new(DatabaseUpkeepOutcome.NotSupported);
}
