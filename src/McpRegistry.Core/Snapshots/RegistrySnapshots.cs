using System.Collections.Immutable;

namespace McpRegistry.Snapshots;

/// <summary>Holds the current snapshot. Readers take it with one volatile read; writers publish by one exchange.</summary>
internal sealed class RegistrySnapshots
{
    private readonly Lock _writing = new();
    private volatile RegistrySnapshot _current = new(0, ImmutableDictionary<Guid, ServerEntry>.Empty);

    public RegistrySnapshot Current => _current;

    /// <summary>Publishes the next snapshot, with one entry added or replaced.</summary>
    public void Set(ServerEntry entry) => Publish(static (servers, value) => servers.SetItem(value.Server.Id, value), entry);

    /// <summary>Publishes the next snapshot, with one entry changed; nothing happens when it is gone.</summary>
    public void Change(Guid id, Func<ServerEntry, ServerEntry> change) => Publish(
        static (servers, state) => servers.TryGetValue(state.id, out var entry) ? servers.SetItem(state.id, state.change(entry)) : servers,
        (id, change));

    /// <summary>Publishes the next snapshot, without one entry.</summary>
    public void Remove(Guid id) => Publish(static (servers, key) => servers.Remove(key), id);

    private void Publish<TState>(
        Func<ImmutableDictionary<Guid, ServerEntry>, TState, ImmutableDictionary<Guid, ServerEntry>> change, TState state)
    {
        lock (_writing)
        {
            var servers = change(_current.Servers, state);
            if (!ReferenceEquals(servers, _current.Servers))
            {
                _current = new RegistrySnapshot(_current.Generation + 1, servers);
            }
        }
    }
}
