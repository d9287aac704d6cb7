using McpRegistry.AccessControl;
using McpRegistry.Auditing;
using McpRegistry.Telemetry;
using McpRegistry.Tenancy;

namespace McpRegistry.Storage;

/// <summary>
/// What the in-memory stores share: one lock, so that a write, its revisions and its change are seen together or not at all.
/// </summary>
internal sealed class InMemoryDatabase(TimeProvider time, RegistryMeter? meter = null)
{
    private readonly Dictionary<TenantId, long> _tenantRevisions = [];
    private readonly InMemoryChanges _changes = new();
    private readonly Dictionary<(RegistryChangeKind Kind, Guid Id), TenantId> _rows = [];
    private readonly List<(RegistryChangeKind Kind, Action<TenantId, Guid> Action)> _onDeleted = [];
    private long _revision;

    public Lock Gate { get; } = new();

    /// <summary>Gets how many servers tenants may have, of those that have a limit. Belongs to the lock.</summary>
    public Dictionary<TenantId, int> ServerLimits { get; } = [];

    /// <summary>Gets the access rules, which keep users and keys from being deleted. Belong to the lock.</summary>
    public InMemoryAccessRuleTable AccessRules { get; } = new();

    /// <summary>Gets the audit trail, which a change and its event must reach together.</summary>
    public InMemoryAuditTrail Trail { get; } = new(time, meter);

    public void Record_NeedsLock(
        TenantId tenant, RegistryChangeKind kind, Guid id, RegistryChangeOperation operation = RegistryChangeOperation.Saved)
    {
        _tenantRevisions[tenant] = _tenantRevisions.GetValueOrDefault(tenant) + 1;
        _revision++;
        _changes.Add(new RegistryChange
        {
            Revision = _revision,
            Kind = kind,
            Tenant = tenant,
            Id = id,
            Operation = operation,
            OccurredAt = StoredTime.Normalize(time.GetUtcNow()),
        });
        FollowRow_NeedsLock(tenant, kind, id, operation);
    }

    /// <summary>Finds the owner of a row that other rows may name: a server, user or key; null when there is no such row.</summary>
    public TenantId? FindOwner_NeedsLock(RegistryChangeKind kind, Guid id) =>
        _rows.TryGetValue((kind, id), out var tenant) ? tenant : null;

    public bool HasServer_NeedsLock(TenantId tenant, Guid id) => FindOwner_NeedsLock(RegistryChangeKind.Server, id) == tenant;

    /// <summary>Has a store take the children of a deleted server along. Called under the lock.</summary>
    public void OnServerDeleted(Action<TenantId, Guid> action) => OnDeleted(RegistryChangeKind.Server, action);

    /// <summary>Has a store take the children of a deleted server, user or key along. Called under the lock.</summary>
    public void OnDeleted(RegistryChangeKind kind, Action<TenantId, Guid> action)
    {
        lock (Gate)
        {
            _onDeleted.Add((kind, action));
        }
    }

    /// <summary>Gets the changes after a revision and, for when there are none, what the next one completes.</summary>
    public (IReadOnlyList<RegistryChange> Changes, Task Next) GetChanges(long afterRevision)
    {
        lock (Gate)
        {
            return (_changes.After(afterRevision, _revision, time), _changes.Next);
        }
    }

    public void ForgetChanges()
    {
        lock (Gate)
        {
            _changes.Clear();
        }
    }

    public long GetRevision()
    {
        lock (Gate)
        {
            return _revision;
        }
    }

    public long GetRevision(TenantId tenant)
    {
        lock (Gate)
        {
            return _tenantRevisions.GetValueOrDefault(tenant);
        }
    }

    private void FollowRow_NeedsLock(TenantId tenant, RegistryChangeKind kind, Guid id, RegistryChangeOperation operation)
    {
        if (kind is not (RegistryChangeKind.Server or RegistryChangeKind.User or RegistryChangeKind.ApiKey))
        {
            return;
        }

        if (operation != RegistryChangeOperation.Deleted)
        {
            _rows[(kind, id)] = tenant;
            return;
        }

        _rows.Remove((kind, id));
        foreach (var (_, action) in _onDeleted.Where(entry => entry.Kind == kind))
        {
            action(tenant, id);
        }
    }
}
