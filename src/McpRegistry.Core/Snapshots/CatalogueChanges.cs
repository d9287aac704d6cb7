using System.Collections.Concurrent;
using McpRegistry.AccessControl;
using McpRegistry.Servers;

namespace McpRegistry.Snapshots;

/// <summary>Tells everyone who listens which lists changed; whom that concerns, each of them knows.</summary>
internal sealed class CatalogueChanges
{
    private readonly ConcurrentDictionary<Membership, byte> _listeners = new();
    private int _count;

    /// <summary>Gets how many listen.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Adds a listener; dispose takes it out.</summary>
    public IDisposable Listen(ICatalogueListener listener)
    {
        var membership = new Membership(this, listener);
        _listeners[membership] = 0;
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

        foreach (var (membership, _) in _listeners)
        {
            membership.Listener.Changed(server, kinds);
        }
    }

    /// <summary>Announces that rules about a server changed, or began or ceased to hold; it is in force already.</summary>
    public void AnnounceAccess(RegisteredServer server, ListKinds kinds, AccessMoment before, AccessMoment after)
    {
        foreach (var (membership, _) in _listeners)
        {
            membership.Listener.AccessChanged(server, kinds, before, after);
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
