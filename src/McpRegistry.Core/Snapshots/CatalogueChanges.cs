using System.Collections.Concurrent;
using McpRegistry.Servers;
using McpRegistry.Tenancy;

namespace McpRegistry.Snapshots;

/// <summary>Tells who listens which lists changed, of the servers that their tenant sees.</summary>
internal sealed class CatalogueChanges
{
    private readonly ConcurrentDictionary<Membership, TenantId> _listeners = new();
    private int _count;

    /// <summary>Gets how many listen.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Adds a listener; dispose takes it out.</summary>
    public IDisposable Listen(TenantId tenant, ICatalogueListener listener)
    {
        var membership = new Membership(this, listener);
        _listeners[membership] = tenant;
        Interlocked.Increment(ref _count);
        return membership;
    }

    /// <summary>Announces changes of a server; the snapshot shows them already.</summary>
    public void Announce(RegisteredServer server, ListKinds kinds)
    {
        if (kinds == ListKinds.None || Count == 0)
        {
            return;
        }

        foreach (var (membership, tenant) in _listeners)
        {
            if (server.Tenant == tenant || server.Tenant.IsGlobal)
            {
                membership.Listener.Changed(server, kinds);
            }
        }
    }

    private sealed class Membership(CatalogueChanges changes, ICatalogueListener listener) : IDisposable
    {
        public ICatalogueListener Listener => listener;

        public void Dispose()
        {
            if (changes._listeners.TryRemove(this, out _))
            {
                Interlocked.Decrement(ref changes._count);
            }
        }
    }
}
