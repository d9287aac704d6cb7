using McpRegistry.Storage;
using McpRegistry.Tenancy;

namespace McpRegistry.Servers;

/// <summary>The servers of <see cref="InMemoryDatabase"/> with their unique keys. Whoever uses it holds the lock.</summary>
internal sealed class InMemoryServerTable
{
    private readonly Dictionary<Guid, StoredServer> _servers = [];
    private readonly Dictionary<(TenantId Tenant, string Name), Guid> _names = [];
    private readonly Dictionary<(TenantId Tenant, string Alias), Guid> _aliases = [];
    private readonly Dictionary<Guid, Guid> _endpoints = [];
    private readonly Dictionary<Guid, ServerStatistics> _statistics = [];

    public IEnumerable<StoredServer> All => _servers.Values;

    public static RegisteredServer Normalize(RegisteredServer server) => server with
    {
        CreatedAt = StoredTime.Normalize(server.CreatedAt),
        UpdatedAt = StoredTime.Normalize(server.UpdatedAt),
    };

    public StoredServer? Find(TenantId tenant, Guid id) =>
        _servers.TryGetValue(id, out var stored) && stored.Server.Tenant == tenant ? stored : null;

    public StoredServer? FindByAlias(TenantId tenant, string alias) =>
        _aliases.TryGetValue((tenant, alias), out var id) ? _servers[id] : null;

    public string? FindConflict(TenantId tenant, RegisteredServer server, bool isNew)
    {
        if (isNew && _servers.ContainsKey(server.Id))
        {
            return "id";
        }

        if (IsTaken(_names, (tenant, NameKey(server.Name)), server.Id))
        {
            return "name";
        }

        if (IsTaken(_aliases, (tenant, server.Alias), server.Id))
        {
            return "alias";
        }

        var ids = new HashSet<Guid>();
        return server.Endpoints.Any(endpoint => !ids.Add(endpoint.Id) || IsTaken(_endpoints, endpoint.Id, server.Id))
            ? "endpoints"
            : null;
    }

    public ServerStatistics StatisticsOf(Guid id) => _statistics.GetValueOrDefault(id, ServerStatistics.None);

    public void Measure(Guid id, ServerStatistics statistics) => _statistics[id] = statistics;

    public void Forget(Guid id) => _statistics.Remove(id);

    public void Put(StoredServer stored)
    {
        var server = stored.Server;
        _servers[server.Id] = stored;
        _names[(server.Tenant, NameKey(server.Name))] = server.Id;
        _aliases[(server.Tenant, server.Alias)] = server.Id;
        foreach (var endpoint in server.Endpoints)
        {
            _endpoints[endpoint.Id] = server.Id;
        }
    }

    public void Remove(StoredServer stored)
    {
        var server = stored.Server;
        _servers.Remove(server.Id);
        _names.Remove((server.Tenant, NameKey(server.Name)));
        _aliases.Remove((server.Tenant, server.Alias));
        foreach (var endpoint in server.Endpoints)
        {
            _endpoints.Remove(endpoint.Id);
        }
    }

    // The databases compare names by this form too; a comparer of their own would fold other letters.
    private static string NameKey(string name) => name.ToUpperInvariant();

    private static bool IsTaken<TKey>(Dictionary<TKey, Guid> index, TKey key, Guid owner)
        where TKey : notnull => index.TryGetValue(key, out var other) && other != owner;
}
