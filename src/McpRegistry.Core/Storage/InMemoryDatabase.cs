using McpRegistry.Tenancy;

namespace McpRegistry.Storage;

/// <summary>
/// What the in-memory stores share: one lock, so that a write, its revisions and its change are seen together or not at all.
/// </summary>
internal sealed class InMemoryDatabase(TimeProvider time)
{
    private readonly Dictionary<TenantId, long> _tenantRevisions = [];
    private readonly InMemoryChanges _changes = new();
    private long _revision;

    public Lock Gate { get; } = new();

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
}
