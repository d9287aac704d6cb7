using McpRegistry.EntityFrameworkCore.Storage;
using McpRegistry.Maintenance;
using McpRegistry.Storage;
using McpRegistry.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace McpRegistry.EntityFrameworkCore.Maintenance;

internal sealed class EntityFrameworkMaterializedViewStore(RegistryDatabase database) : IMaterializedViewStore
{
    public ValueTask<StoreResult<MaterializedViewDefinition>> AddAsync(
        MaterializedViewDefinition view, CancellationToken cancellationToken)
    {
        var entity = MaterializedViewMapper.ToEntity(view with { Version = 1 });
        return database.InsertAsync(Row(view.Id), entity, MaterializedViewMapper.ToRecord, cancellationToken);
    }

    public ValueTask<StoreResult<MaterializedViewDefinition>> UpdateAsync(
        MaterializedViewDefinition view, CancellationToken cancellationToken)
    {
        var wanted = MaterializedViewMapper.ToEntity(view);
        return database.WriteAsync(Row(view.Id), (context, token) => UpdateAsync(context, wanted, token), cancellationToken);
    }

    public ValueTask<bool> DeleteAsync(Guid id, CancellationToken cancellationToken) =>
        database.DeleteAsync(Row(id), context => context.MaterializedViews.Where(x => x.Id == id), cancellationToken);

    public ValueTask<MaterializedViewDefinition?> FindAsync(Guid id, CancellationToken cancellationToken) =>
        database.FindAsync(context => context.MaterializedViews.Where(x => x.Id == id), MaterializedViewMapper.ToRecord, cancellationToken);

    public async ValueTask<IReadOnlyList<MaterializedViewDefinition>> ListAsync(CancellationToken cancellationToken)
    {
        var all = await database
            .ListAsync(context => context.MaterializedViews, MaterializedViewMapper.ToRecord, cancellationToken)
            .ConfigureAwait(false);

        // Sorted here: the databases order by UTF-8 bytes, which differs from ordinal beyond the basic plane.
        return [.. all.OrderBy(view => view.Name, StringComparer.Ordinal)];
    }

    public ValueTask<bool> TryClaimAsync(
        Guid id, DateTimeOffset now, DateTimeOffset nextRefresh, CancellationToken cancellationToken)
    {
        var (due, next) = (StoredTime.Normalize(now), StoredTime.Normalize(nextRefresh));

        // One statement: of two that find the row due, the second waits for the first and then finds it claimed.
        return database.WriteQuietlyAsync(
            async (context, token) => await context.MaterializedViews
                .Where(x => x.Id == id && x.IsActive && (x.NextRefresh == null || x.NextRefresh <= due))
                .ExecuteUpdateAsync(set => set.SetProperty(x => x.NextRefresh, next), token)
                .ConfigureAwait(false) > 0,
            cancellationToken);
    }

    public ValueTask<bool> RecordRefreshAsync(Guid id, MaterializedViewRefresh refresh, CancellationToken cancellationToken)
    {
        var (started, milliseconds) = (StoredTime.Normalize(refresh.StartedAt), refresh.Duration.TotalMilliseconds);
        return database.WriteQuietlyAsync(
            async (context, token) => await context.MaterializedViews
                .Where(x => x.Id == id)
                .ExecuteUpdateAsync(
                    set => set
                        .SetProperty(x => x.LastRefreshed, started)
                        .SetProperty(x => x.RefreshCount, x => x.RefreshCount + 1)
                        .SetProperty(
                            x => x.AvgRefreshTimeMs,
                            x => x.AvgRefreshTimeMs == null
                                ? milliseconds
                                : (x.AvgRefreshTimeMs * x.RefreshCount + milliseconds) / (x.RefreshCount + 1))
                        .SetProperty(x => x.RowCount, refresh.RowCount)
                        .SetProperty(x => x.SizeBytes, refresh.SizeBytes),
                    token)
                .ConfigureAwait(false) > 0,
            cancellationToken);
    }

    private static RowWrite Row(Guid id) => new(TenantId.Global, RegistryChangeKind.MaterializedView, id);

    private static async Task<StoreResult<MaterializedViewDefinition>> UpdateAsync(
        RegistryDbContext context, MaterializedViewEntity wanted, CancellationToken cancellationToken)
    {
        var stored = context.MaterializedViews.Where(x => x.Id == wanted.Id);
        var rows = await stored
            .Where(x => x.Version == wanted.Version)
            .ExecuteUpdateAsync(
                set => set
                    .SetProperty(x => x.Description, wanted.Description)
                    .SetProperty(x => x.Query, wanted.Query)
                    .SetProperty(x => x.Indexes, wanted.Indexes)
                    .SetProperty(x => x.RefreshStrategy, wanted.RefreshStrategy)
                    .SetProperty(x => x.RefreshIntervalMinutes, wanted.RefreshIntervalMinutes)
                    .SetProperty(x => x.RefreshTriggers, wanted.RefreshTriggers)
                    .SetProperty(x => x.IsActive, wanted.IsActive)
                    .SetProperty(x => x.NextRefresh, (DateTimeOffset?)null)
                    .SetProperty(x => x.UpdatedAt, wanted.UpdatedAt)
                    .SetProperty(x => x.Version, x => x.Version + 1),
                cancellationToken)
            .ConfigureAwait(false);
        return await stored.AfterUpdateAsync(rows, MaterializedViewMapper.ToRecord, cancellationToken).ConfigureAwait(false);
    }
}
