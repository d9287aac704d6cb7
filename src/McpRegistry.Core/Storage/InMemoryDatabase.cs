using McpRegistry.Tenancy;

namespace McpRegistry.Storage;

/// <summary>
/// What the in-memory stores share: one lock, so that a write and its revisions are seen together or not at all.
/// </summary>
internal sealed class InMemoryDatabase
{
    private readonly Dictionary<TenantId, long> _tenantRevisions = [];
    private long _revision;

    public Lock Gate { get; } = new();

    public void Bump_NeedsLock(TenantId tenant)
    {
        _tenantRevisions[tenant] = _tenantRevisions.GetValueOrDefault(tenant) + 1;
        _revision++;
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
