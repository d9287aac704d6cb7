using McpRegistry.Storage;
using McpRegistry.Tenancy;

namespace McpRegistry.Alerts;

internal sealed class InMemoryPerformanceAlertStore : IPerformanceAlertStore
{
    private readonly InMemoryDatabase _database;
    private readonly Dictionary<Guid, PerformanceAlert> _alerts = [];

    public InMemoryPerformanceAlertStore(InMemoryDatabase database)
    {
        _database = database;
        database.OnServerDeleted((_, server) =>
        {
            foreach (var alert in _alerts.Values.Where(alert => alert.ServerId == server).ToArray())
            {
                _alerts.Remove(alert.Id);
            }
        });
    }

    public ValueTask<StoreResult<PerformanceAlert>> AddAsync(TenantId tenant, PerformanceAlert alert, CancellationToken cancellationToken)
    {
        if (alert.Tenant != tenant)
        {
            throw new ArgumentException("The alert belongs to another tenant than the one it is added for.", nameof(alert));
        }

        var added = Normalize(alert) with { State = AlertState.Initial, Version = 1 };
        return _database.RunAsync(
            () => FindMissing_NeedsLock(added) is { } field
                ? StoreResult<PerformanceAlert>.Conflict(field)
                : _alerts.ContainsKey(added.Id) ? StoreResult<PerformanceAlert>.Conflict("id") : Save_NeedsLock(added),
            cancellationToken);
    }

    public ValueTask<StoreResult<PerformanceAlert>> UpdateAsync(TenantId tenant, PerformanceAlert alert, CancellationToken cancellationToken)
    {
        var wanted = Normalize(alert) with { Tenant = tenant };
        return _database.RunAsync(() => Update_NeedsLock(wanted), cancellationToken);
    }

    public ValueTask<bool> DeleteAsync(TenantId tenant, Guid id, CancellationToken cancellationToken) => _database.RunAsync(
        () =>
        {
            if (Find_NeedsLock(tenant, id) is null)
            {
                return false;
            }

            _alerts.Remove(id);
            _database.Record_NeedsLock(tenant, RegistryChangeKind.PerformanceAlert, id, RegistryChangeOperation.Deleted);
            return true;
        },
        cancellationToken);

    public ValueTask<PerformanceAlert?> FindAsync(TenantId tenant, Guid id, CancellationToken cancellationToken) =>
        _database.RunAsync(() => Find_NeedsLock(tenant, id), cancellationToken);

    public ValueTask<IReadOnlyList<PerformanceAlert>> ListAsync(TenantId tenant, Guid? afterId, int limit, CancellationToken cancellationToken)
    {
        PageSize.Check(limit);
        return _database.RunAsync(
            () => InMemoryPage.Take(_alerts.Values.Where(alert => alert.Tenant == tenant), alert => alert.Id, afterId, limit), cancellationToken);
    }

    public IAsyncEnumerable<PerformanceAlert> ReadActiveAsync(CancellationToken cancellationToken) =>
        _database.ReadAsync<PerformanceAlert>(() => [.. _alerts.Values.Where(alert => alert.IsActive)], cancellationToken);

    public ValueTask<StoreResult<AlertState>> RecordEvaluationAsync(
        TenantId tenant, Guid id, AlertState seen, AlertState now, CancellationToken cancellationToken) => _database.RunAsync(
        () =>
        {
            if (Find_NeedsLock(tenant, id) is not { } alert)
            {
                return StoreResult<AlertState>.NotFound();
            }

            if (alert.State != Normalize(seen))
            {
                return StoreResult<AlertState>.Stale();
            }

            var stored = Normalize(now);
            _alerts[id] = alert with { State = stored };
            if (seen.IsTriggered != now.IsTriggered || seen.TriggerCount != now.TriggerCount)
            {
                _database.Record_NeedsLock(tenant, RegistryChangeKind.PerformanceAlert, id);
            }

            return StoreResult<AlertState>.Success(stored);
        },
        cancellationToken);

    private static PerformanceAlert Normalize(PerformanceAlert alert) => !double.IsFinite(alert.Threshold)
        ? throw new ArgumentException("The threshold is not a finite number.", nameof(alert))
        : alert with
        {
            NotificationChannels = alert.NotificationChannels.IsDefault ? [] : alert.NotificationChannels,
            CreatedAt = StoredTime.Normalize(alert.CreatedAt),
            UpdatedAt = StoredTime.Normalize(alert.UpdatedAt),
        };

    private static AlertState Normalize(AlertState state) => state with
    {
        TriggeredSince = StoredTime.Normalize(state.TriggeredSince),
        LastTriggered = StoredTime.Normalize(state.LastTriggered),
        LastNotification = StoredTime.Normalize(state.LastNotification),
    };

    private StoreResult<PerformanceAlert> Update_NeedsLock(PerformanceAlert wanted)
    {
        if (Find_NeedsLock(wanted.Tenant, wanted.Id) is not { } stored)
        {
            return StoreResult<PerformanceAlert>.NotFound();
        }

        if (stored.Version != wanted.Version)
        {
            return StoreResult<PerformanceAlert>.Stale();
        }

        return FindMissing_NeedsLock(wanted) is { } field
            ? StoreResult<PerformanceAlert>.Conflict(field)
            : Save_NeedsLock(wanted with { CreatedAt = stored.CreatedAt, State = stored.State, Version = stored.Version + 1 });
    }

    private StoreResult<PerformanceAlert> Save_NeedsLock(PerformanceAlert alert)
    {
        if (_alerts.Values.Any(other => other.Tenant == alert.Tenant && other.Id != alert.Id && InMemoryName.AreEqual(other.Name, alert.Name)))
        {
            return StoreResult<PerformanceAlert>.Conflict("name");
        }

        _alerts[alert.Id] = alert;
        _database.Record_NeedsLock(alert.Tenant, RegistryChangeKind.PerformanceAlert, alert.Id);
        return StoreResult<PerformanceAlert>.Success(alert);
    }

    private PerformanceAlert? Find_NeedsLock(TenantId tenant, Guid id) =>
        _alerts.TryGetValue(id, out var alert) && alert.Tenant == tenant ? alert : null;

    private string? FindMissing_NeedsLock(PerformanceAlert alert) =>
        alert.ServerId is { } server
            && (_database.FindOwner_NeedsLock(RegistryChangeKind.Server, server) is not { } owner || (owner != alert.Tenant && !owner.IsGlobal))
            ? "serverId"
            : null;
}
