using McpRegistry.Storage;
using McpRegistry.Tenancy;

namespace McpRegistry.Maintenance;

/// <summary>Keeps definitions, so that a host may register them whatever its store; there is no database to make them in.</summary>
internal sealed class InMemoryMaterializedViewStore(InMemoryDatabase database) : IMaterializedViewStore
{
    private readonly Dictionary<Guid, MaterializedViewDefinition> _views = [];

    public ValueTask<StoreResult<MaterializedViewDefinition>> AddAsync(
        MaterializedViewDefinition view, CancellationToken cancellationToken) => database.RunAsync(
        () => _views.ContainsKey(view.Id)
            ? StoreResult<MaterializedViewDefinition>.Conflict("id")
            : _views.Values.Any(other => string.Equals(other.Name, view.Name, StringComparison.Ordinal))
                ? StoreResult<MaterializedViewDefinition>.Conflict("name")
                : Save_NeedsLock(Normalize(view) with { Version = 1 }), cancellationToken);

    public ValueTask<StoreResult<MaterializedViewDefinition>> UpdateAsync(
        MaterializedViewDefinition view, CancellationToken cancellationToken) => database.RunAsync(() =>
    {
        if (!_views.TryGetValue(view.Id, out var stored))
        {
            return StoreResult<MaterializedViewDefinition>.NotFound();
        }

        return stored.Version != view.Version
            ? StoreResult<MaterializedViewDefinition>.Stale()
            : Save_NeedsLock(Normalize(view) with
            {
                Name = stored.Name,
                CreatedAt = stored.CreatedAt,
                LastRefreshed = stored.LastRefreshed,
                NextRefresh = null,
                RefreshCount = stored.RefreshCount,
                AverageRefreshMilliseconds = stored.AverageRefreshMilliseconds,
                RowCount = stored.RowCount,
                SizeBytes = stored.SizeBytes,
                Version = stored.Version + 1,
            });
    }, cancellationToken);

    public ValueTask<bool> DeleteAsync(Guid id, CancellationToken cancellationToken) => database.RunAsync(() =>
    {
        var found = _views.Remove(id);
        if (found)
        {
            database.Record_NeedsLock(
                TenantId.Global, RegistryChangeKind.MaterializedView, id, RegistryChangeOperation.Deleted);
        }

        return found;
    }, cancellationToken);

    public ValueTask<MaterializedViewDefinition?> FindAsync(Guid id, CancellationToken cancellationToken) =>
        database.RunAsync(() => _views.GetValueOrDefault(id), cancellationToken);

    public ValueTask<IReadOnlyList<MaterializedViewDefinition>> ListAsync(CancellationToken cancellationToken) =>
        database.RunAsync<IReadOnlyList<MaterializedViewDefinition>>(
            () => [.. _views.Values.OrderBy(view => view.Name, StringComparer.Ordinal)], cancellationToken);

    public ValueTask<bool> TryClaimAsync(
        Guid id, DateTimeOffset now, DateTimeOffset nextRefresh, CancellationToken cancellationToken) =>
        database.RunAsync(() => Change_NeedsLock(
            id,
            view => view.IsActive && !(view.NextRefresh > StoredTime.Normalize(now)),
            view => view with { NextRefresh = StoredTime.Normalize(nextRefresh) }), cancellationToken);

    public ValueTask<bool> RecordRefreshAsync(Guid id, MaterializedViewRefresh refresh, CancellationToken cancellationToken) =>
        database.RunAsync(() => Change_NeedsLock(
            id,
            _ => true,
            view => view with
            {
                LastRefreshed = StoredTime.Normalize(refresh.StartedAt),
                RefreshCount = view.RefreshCount + 1,
                AverageRefreshMilliseconds = view.AverageRefreshMilliseconds is { } average
                    ? (average * view.RefreshCount + refresh.Duration.TotalMilliseconds) / (view.RefreshCount + 1)
                    : refresh.Duration.TotalMilliseconds,
                RowCount = refresh.RowCount,
                SizeBytes = refresh.SizeBytes,
            }), cancellationToken);

    private static MaterializedViewDefinition Normalize(MaterializedViewDefinition view) => view with
    {
        LastRefreshed = StoredTime.Normalize(view.LastRefreshed),
        NextRefresh = StoredTime.Normalize(view.NextRefresh),
        CreatedAt = StoredTime.Normalize(view.CreatedAt),
        UpdatedAt = StoredTime.Normalize(view.UpdatedAt),
    };

    private StoreResult<MaterializedViewDefinition> Save_NeedsLock(MaterializedViewDefinition view)
    {
        _views[view.Id] = view;
        database.Record_NeedsLock(TenantId.Global, RegistryChangeKind.MaterializedView, view.Id);
        return StoreResult<MaterializedViewDefinition>.Success(view);
    }

    private bool Change_NeedsLock(
        Guid id, Func<MaterializedViewDefinition, bool> applies, Func<MaterializedViewDefinition, MaterializedViewDefinition> change)
    {
        if (!_views.TryGetValue(id, out var view) || !applies(view))
        {
            return false;
        }

        _views[id] = change(view);
        return true;
    }
}
