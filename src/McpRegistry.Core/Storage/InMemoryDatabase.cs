using McpRegistry.Tenancy;

namespace McpRegistry.Storage;

/// <summary>
/// What the in-memory stores share: one lock, so that a write, its revisions and its change are seen together or not at all.
/// </summary>
internal sealed class InMemoryDatabase(TimeProvider time)
{
    private readonly Dictionary<TenantId, long> _tenantRevisions = [];
    private readonly InMemoryChanges _changes = new();
    private readonly List<Action<TenantId, Guid>> _serverDeleted = [];
    private long _revision;
    private long _serverDeletions;

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

    /// <summary>Gets how many servers were deleted, which tells whether one that was found before may be gone.</summary>
    public long ServerDeletions
    {
        get
        {
            lock (Gate)
            {
                return _serverDeletions;
            }
        }
    }

    /// <summary>Has something done under the lock whenever a server is deleted, so that its rows go with it.</summary>
    public void OnServerDeleted(Action<TenantId, Guid> handler)
    {
        lock (Gate)
        {
            _serverDeleted.Add(handler);
        }
    }

    public void ServerDeleted_NeedsLock(TenantId tenant, Guid id)
    {
        _serverDeletions++;
        foreach (var handler in _serverDeleted)
        {
            handler(tenant, id);
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
}
