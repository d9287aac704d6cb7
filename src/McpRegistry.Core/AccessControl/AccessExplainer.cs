using McpRegistry.ApiKeys;
using McpRegistry.Protocol;
using McpRegistry.Servers;
using McpRegistry.Snapshots;
using McpRegistry.Tenancy;

namespace McpRegistry.AccessControl;

/// <summary>Explains decisions, by the very code that makes them.</summary>
internal sealed class AccessExplainer(RegistrySnapshots snapshots, AccessRules rules, ITenantStore tenants, ApiKeyLoader keys)
{
    /// <summary>
    /// Finds a server of a tenant, a global one or one that is shared with it, by its alias or id; null when there is none. Of shared
    /// ones of one alias it is the one that the caller sees, and among several the one that was registered first, as everywhere.
    /// </summary>
    /// <param name="tenant">Who asks.</param>
    /// <param name="caller">About whom; null when that is not known.</param>
    /// <param name="aliasOrId">What it was named by.</param>
    /// <param name="at">The moment that is asked about, which is the one that sharing is judged by.</param>
    public ServerEntry? FindServer(TenantId tenant, Caller? caller, string aliasOrId, DateTimeOffset at)
    {
        var (servers, table) = (snapshots.Current.Servers, rules.Current);
        if (Guid.TryParseExact(aliasOrId, "D", out var id))
        {
            return servers.TryGetValue(id, out var found) && (found.Server.Tenant == tenant || table.IsReachable(tenant, found.Server, at)) ? found : null;
        }

        return snapshots.Current.For(tenant).Find(aliasOrId) ?? servers.Values
            .Where(entry => entry.Server.Alias == aliasOrId && table.IsReachable(tenant, entry.Server, at))
            .OrderByDescending(entry => caller is not null && table.Decide(new AccessRequest(caller, entry.Server, AccessGate.ToSee, McpMethod.Unknown, at)).IsAllowed)
            .ThenBy(static entry => entry.Server.Id)
            .FirstOrDefault();
    }

    /// <summary>Tells what becomes of a key before any rule is asked, wherever it is used from.</summary>
    public async ValueTask<CallerState> StateOfAsync(StoredApiKey key, DateTimeOffset at, CancellationToken cancellationToken) =>
        (await keys.CompleteAsync(key, cancellationToken).ConfigureAwait(false)).JudgeState(at) switch
        {
            ApiKeyFailure.Revoked => CallerState.Revoked,
            ApiKeyFailure.Disabled => CallerState.Disabled,
            ApiKeyFailure.Expired => CallerState.Expired,
            ApiKeyFailure.Locked => CallerState.Locked,
            ApiKeyFailure.OwnerInactive => CallerState.OwnerInactive,
            ApiKeyFailure.OwnerUnknown => CallerState.OwnerUnknown,
            _ => CallerState.Active,
        };

    /// <summary>Explains what would become of a call.</summary>
    /// <param name="caller">Who calls.</param>
    /// <param name="state">Whether it is let in.</param>
    /// <param name="scopesAreKnown">Whether the scopes of the caller are its own.</param>
    /// <param name="server">The server.</param>
    /// <param name="method">The method.</param>
    /// <param name="at">When.</param>
    /// <param name="cancellationToken">Cancels the read of the tenant.</param>
    public async ValueTask<AccessExplanation> ExplainAsync(
        Caller caller, CallerState state, bool scopesAreKnown, RegisteredServer server, McpMethod method, DateTimeOffset at, CancellationToken cancellationToken)
    {
        var table = rules.Current;
        var request = new AccessRequest(caller, server, AccessGate.ToSee, method, at);
        var decision = table.Decide(request);
        var exists = table.Decide(request with { Method = McpMethod.Unknown }).IsAllowed;
        bool? hasScope = scopesAreKnown ? caller.Scopes.Allows(ApiKeyScope.Proxy) : null;
        var status = caller.Tenant.IsGlobal ? null : (await tenants.FindAsync(caller.Tenant, cancellationToken).ConfigureAwait(false))?.Status;
        return new AccessExplanation(
            decision.IsAllowed && hasScope != false && state == CallerState.Active && status is null or TenantStatus.Active,
            decision, exists, hasScope, state, status, [.. Considered(table, request)]);
    }

    private static IEnumerable<ConsideredRule> Considered(AccessTable table, AccessRequest request)
    {
        TenantId[] authors = request.Caller.Tenant == request.Server.Tenant ? [request.Server.Tenant] : [request.Server.Tenant, request.Caller.Tenant];
        return from author in authors
               from rule in table.Of(author, request.Server.Id)?.Rules ?? []
               select new ConsideredRule(rule.Rule, rule.At(request.Caller, request.At), rule.Allows(request.Method), rule.Denies(request.Method));
    }
}
