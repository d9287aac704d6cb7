using System.Collections.Frozen;
using McpRegistry.EntityFrameworkCore.Storage;
using McpRegistry.Maintenance;

namespace McpRegistry.EntityFrameworkCore.Maintenance;

internal sealed class DatabaseRetentionTarget : IRetentionTarget
{
    private readonly RegistryDatabase _database;
    private readonly FrozenDictionary<string, IPrunableTable> _tables;

    public DatabaseRetentionTarget(RegistryDatabase database, TimeProvider time)
    {
        _database = database;
        var tables = PrunableTables.Of(database.Provider, time);
        _tables = tables.ToFrozenDictionary(table => table.Description.Name, StringComparer.Ordinal);
        Tables = [.. tables.Select(table => table.Description)];
    }

    public IReadOnlyList<RetentionTable> Tables { get; }

    public async ValueTask<long> CountAsync(RetentionSelection selection, CancellationToken cancellationToken)
    {
        var table = Find(selection);
        var context = await _database.OpenAnalyticsAsync(cancellationToken).ConfigureAwait(false);
        await using (context.ConfigureAwait(false))
        {
            return await table.CountAsync(context, selection, cancellationToken).ConfigureAwait(false);
        }
    }

    public ValueTask<int> DeleteAsync(RetentionSelection selection, int limit, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        var table = Find(selection);

        // The turn is given back after each batch, so that other writers of SQLite's one lock get in between.
        return _database.WriteQuietlyAsync((context, token) => table.DeleteAsync(context, selection, limit, token), cancellationToken);
    }

    private IPrunableTable Find(RetentionSelection selection) =>
        _tables.GetValueOrDefault(selection.Table)
        ?? throw new ArgumentException("The selection names a table that is not on the list.", nameof(selection));
}
