using System.Collections.Concurrent;
using System.Collections.Immutable;
using McpRegistry.Tenancy;

namespace McpRegistry.Snapshots;

/// <summary>
/// One immutable state of the whole registry. A request takes it once and decides everything by it. What a tenant sees is
/// computed when it is first asked for and kept as long as the snapshot lives, so that a write costs little.
/// </summary>
internal sealed class RegistrySnapshot(long generation, ImmutableDictionary<Guid, ServerEntry> servers)
{
    private readonly ConcurrentDictionary<TenantId, TenantView> _views = new();

    /// <summary>Gets the number of this snapshot; each is one higher than the last.</summary>
    public long Generation => generation;

    public ImmutableDictionary<Guid, ServerEntry> Servers => servers;

    /// <summary>Gets what a tenant sees: its own servers and the global ones.</summary>
    public TenantView For(TenantId tenant) =>
        _views.TryGetValue(tenant, out var view) ? view : _views.GetOrAdd(tenant, static (id, all) => TenantView.Build(id, all), servers);
}
