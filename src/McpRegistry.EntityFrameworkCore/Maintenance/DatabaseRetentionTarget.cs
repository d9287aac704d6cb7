using System.Collections.Frozen;
using McpRegistry.EntityFrameworkCore.Storage;
using McpRegistry.Maintenance;

namespace McpRegistry.EntityFrameworkCore.Maintenance;

internal sealed class DatabaseRetentionTarget(RegistryDatabase database) : IRetentionTarget
{
    private static readonly FrozenDictionary<string, IPrunableTable> ByName =
        PrunableTables.All.ToFrozenDictionary(table => table.Description.Name, StringComparer.Ordinal);

    public IReadOnlyList<RetentionTable> Tables { get; } = [.. PrunableTables.All.Select(table => table.Description)];

    public async ValueTask<long> CountAsync(RetentionSelection selection, CancellationToken cancellationToken)
    {
        var table = Find(selection);
        var context = await database.OpenAnalyticsAsync(cancellationToken).ConfigureAwait(false);
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
        return database.WriteQuietlyAsync((context, token) => table.DeleteAsync(context, selection, limit, token), cancellationToken);
    }

    private static IPrunableTable Find(RetentionSelection selection) =>
        ByName.GetValueOrDefault(selection.Table)
        ?? throw new ArgumentException("The selection names a table that is not on the list.", nameof(selection));
}
