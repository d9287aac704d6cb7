using System.Collections.Concurrent;
using System.Collections.Immutable;
using McpRegistry.ApiKeys;
using McpRegistry.Protocol;
using McpRegistry.Servers;
using McpRegistry.Snapshots;
using McpRegistry.Tenancy;

namespace McpRegistry.AccessControl;

/// <summary>
/// The views of callers in one state of the servers and the rules. Callers who see the same servers share a view and its merged
/// catalogue, and those who see all of their tenant's have the view of the tenant.
/// </summary>
internal sealed class AccessViews
{
    private const int MaxCallers = 20_000;
    private const int MaxViews = 2_000;

    private readonly ConcurrentDictionary<CallerClass, TimedView> _byCaller = new();
    private readonly ConcurrentDictionary<(TenantId Tenant, ServerSet Servers), TenantView> _bySet = new();
    private readonly Lazy<SpecialServers> _special;

    public AccessViews(RegistrySnapshot snapshot, AccessTable table)
    {
        (Snapshot, Table) = (snapshot, table);
        _special = new Lazy<SpecialServers>(() => SpecialServers.Of(snapshot.Servers.Values));
    }

    public RegistrySnapshot Snapshot { get; }

    public AccessTable Table { get; }

    /// <summary>Gets a value that tells whether some server is there for its owner alone, unless rules say otherwise.</summary>
    public bool HasPrivate => _special.Value.HasPrivate;

    public TenantView Of(Caller caller, TimeProvider time)
    {
        if (Table.IsEmpty && caller.Key is null or { AllowedServers.IsDefaultOrEmpty: true } && _special.Value.IsNone)
        {
            return Snapshot.For(caller.Tenant);
        }

        var now = time.GetUtcNow();
        var group = new CallerClass(caller.Tenant, caller.UserId, caller.KeyId, caller.Key?.Version ?? 0, caller.Scopes.Allows(ApiKeyScope.Admin));
        if (_byCaller.TryGetValue(group, out var known) && now < known.Until && now >= known.From)
        {
            return known.View;
        }

        var made = Make(caller, now);
        if (_byCaller.Count >= MaxCallers)
        {
            // To make them again costs little; to choose among them would cost every request.
            _byCaller.Clear();
        }

        _byCaller[group] = made;
        return made.View;
    }

    private TimedView Make(Caller caller, DateTimeOffset now)
    {
        var plain = Snapshot.For(caller.Tenant);
        var until = DateTimeOffset.MaxValue;
        var seen = plain.Servers.Where(entry => Sees(caller, entry.Server, now, ref until)).ToList();
        var shared = Shared(caller).Where(entry => plain.Find(entry.Server.Alias) is null && Sees(caller, entry.Server, now, ref until)).ToList();
        if (shared.Count == 0 && seen.Count == plain.Servers.Length)
        {
            return new TimedView(plain, now, until);
        }

        ImmutableArray<ServerEntry> servers =
        [
            .. seen.Concat(shared)
                .OrderBy(static entry => entry.Server.Alias, StringComparer.Ordinal)
                .ThenBy(static entry => entry.Server.Id)
                .DistinctBy(static entry => entry.Server.Alias, StringComparer.Ordinal),
        ];
        if (_bySet.Count >= MaxViews)
        {
            _bySet.Clear();
        }

        var view = _bySet.GetOrAdd((caller.Tenant, new ServerSet(servers)), static (key, whole) => TenantView.Of(key.Servers.Servers, whole), plain);
        return new TimedView(view, now, until);
    }

    private bool Sees(Caller caller, RegisteredServer server, DateTimeOffset now, ref DateTimeOffset until)
    {
        var end = Table.StaysUntil(caller, server, now);
        until = end < until ? end : until;
        return Table.Decide(new AccessRequest(caller, server, AccessGate.ToSee, McpMethod.Unknown, now)).IsAllowed;
    }

    /// <summary>Servers of other tenants that rules or their visibility may show to a caller.</summary>
    private IEnumerable<ServerEntry> Shared(Caller caller)
    {
        var ids = Table.ServersOf(AccessSubject.ForTenant(caller.Tenant)).AsEnumerable();
        ids = caller.UserId is { } user ? ids.Concat(Table.ServersOf(AccessSubject.ForUser(user))) : ids;
        ids = caller.KeyId is { } key ? ids.Concat(Table.ServersOf(AccessSubject.ForApiKey(key))) : ids;
        return ids.Concat(_special.Value.Public).Distinct()
            .Select(id => Snapshot.Servers.GetValueOrDefault(id))
            .OfType<ServerEntry>()
            .Where(entry => entry.Server.Tenant != caller.Tenant && !entry.Server.Tenant.IsGlobal);
    }

    /// <summary>What decides on a view. One user may come with the scope of administrators and without it, and principals without a user are one class.</summary>
    private readonly record struct CallerClass(TenantId Tenant, Guid? User, Guid? Key, long KeyVersion, bool IsAdmin);

    private sealed record TimedView(TenantView View, DateTimeOffset From, DateTimeOffset Until);

    /// <summary>The servers whose visibility alone makes views differ.</summary>
    private sealed record SpecialServers(bool IsNone, bool HasPrivate, ImmutableArray<Guid> Public)
    {
        public static SpecialServers Of(IEnumerable<ServerEntry> servers)
        {
            var special = servers.Select(static entry => entry.Server).Where(static server => server.Visibility != ServerVisibility.Tenant).ToArray();
            return new SpecialServers(special.Length == 0, special.Any(static server => server.Visibility == ServerVisibility.Private), [.. special.Where(static server => server.Visibility == ServerVisibility.Public).Select(static server => server.Id)]);
        }
    }
}
