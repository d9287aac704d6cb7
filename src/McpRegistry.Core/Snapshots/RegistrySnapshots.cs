using System.Collections.Immutable;

namespace McpRegistry.Snapshots;

/// <summary>Holds the current snapshot. Readers take it with one volatile read; writers publish by one exchange.</summary>
internal sealed class RegistrySnapshots
{
    private readonly Lock _writing = new();
    private volatile RegistrySnapshot _current = new(0, ImmutableDictionary<Guid, ServerEntry>.Empty);

    public RegistrySnapshot Current => _current;

    /// <summary>Gets who hears of changed lists.</summary>
    public CatalogueChanges Changes { get; } = new();

    /// <summary>Publishes the next snapshot, with one entry added or replaced.</summary>
    public void Set(ServerEntry entry) => Publish(entry.Server.Id, static (servers, value) => servers.SetItem(value.Server.Id, value), entry);

    /// <summary>Publishes the next snapshot, with one entry changed; nothing happens when it is gone.</summary>
    public void Change(Guid id, Func<ServerEntry, ServerEntry> change) => Publish(
        id,
        static (servers, state) => servers.TryGetValue(state.id, out var entry) ? servers.SetItem(state.id, state.change(entry)) : servers,
        (id, change));

    /// <summary>Publishes the next snapshot, without one entry.</summary>
    public void Remove(Guid id) => Publish(id, static (servers, key) => servers.Remove(key), id);

    private void Publish<TState>(
        Guid id, Func<ImmutableDictionary<Guid, ServerEntry>, TState, ImmutableDictionary<Guid, ServerEntry>> change, TState state)
    {
        ImmutableDictionary<Guid, ServerEntry> before;
        ImmutableDictionary<Guid, ServerEntry> after;
        lock (_writing)
        {
            before = _current.Servers;
            after = change(before, state);
            if (ReferenceEquals(before, after))
            {
                return;
            }

            _current = new RegistrySnapshot(_current.Generation + 1, after);
        }

        if (Changes.Count > 0)
        {
            Announce(before.GetValueOrDefault(id), after.GetValueOrDefault(id));
        }
    }

    /// <summary>Outside of the lock: comparing two catalogues takes its time, and the listeners are others' code.</summary>
    private void Announce(ServerEntry? before, ServerEntry? after)
    {
        if ((after ?? before) is { } entry)
        {
            Changes.Announce(entry.Server, CatalogueDifference.Between(before, after));
        }
    }
}
