using System.Collections.Frozen;
using System.Collections.Immutable;
using McpRegistry.Tenancy;

namespace McpRegistry.Snapshots;

/// <summary>The servers that one tenant sees, in their stable order, and their merged catalogue.</summary>
internal sealed class TenantView
{
    private readonly FrozenDictionary<string, ServerEntry> _byAlias;
    private readonly ImmutableDictionary<Guid, ServerEntry> _all;
    private readonly Lazy<MergedCatalogue> _merged;

    private TenantView(ImmutableArray<ServerEntry> servers, ImmutableDictionary<Guid, ServerEntry> all, bool isForEveryone, TenantView? whole = null)
    {
        _all = all;
        Servers = servers;
        IsForEveryone = isForEveryone;
        _byAlias = servers.ToFrozenDictionary(entry => entry.Server.Alias, StringComparer.Ordinal);
        _merged = new Lazy<MergedCatalogue>(() => MergedCatalogue.Build(servers, alias => Find(alias) is not null || whole?.Find(alias) is not null));
    }

    /// <summary>Gets the servers by alias (ordinal): the order of every merged list.</summary>
    public ImmutableArray<ServerEntry> Servers { get; }

    /// <summary>Gets a value that tells whether every tenant sees just this.</summary>
    public bool IsForEveryone { get; }

    public MergedCatalogue Merged => _merged.Value;

    public ServerEntry? Find(string alias) => _byAlias.GetValueOrDefault(alias);

    /// <summary>Finds a server by its id, if this tenant sees it.</summary>
    public ServerEntry? Find(Guid id) => _all.TryGetValue(id, out var entry) && ReferenceEquals(Find(entry.Server.Alias), entry) ? entry : null;

    /// <summary>Makes the view of callers who see something else than their tenant does.</summary>
    /// <param name="servers">What they see, by alias; of each alias one.</param>
    /// <param name="whole">What their tenant sees. What belongs to servers that are hidden from them is not for others to take.</param>
    public static TenantView Of(ImmutableArray<ServerEntry> servers, TenantView whole) => new(servers, whole._all, isForEveryone: false, whole);

    public static TenantView Build(TenantId tenant, ImmutableDictionary<Guid, ServerEntry> all)
    {
        var visible = all.Values
            .Where(entry => entry.Server.Tenant == tenant || entry.Server.Tenant.IsGlobal)

            // Registration refuses an alias that a global server has; should both exist all the same, the global one stays.
            .OrderBy(entry => entry.Server.Alias, StringComparer.Ordinal)
            .ThenBy(entry => entry.Server.Tenant.Value)
            .DistinctBy(entry => entry.Server.Alias, StringComparer.Ordinal);
        return new TenantView([.. visible], all, all.Values.All(static entry => entry.Server.Tenant.IsGlobal));
    }
}
