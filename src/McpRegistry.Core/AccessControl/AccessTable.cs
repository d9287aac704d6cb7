using System.Collections.Immutable;
using McpRegistry.ApiKeys;
using McpRegistry.Servers;
using McpRegistry.Tenancy;

namespace McpRegistry.AccessControl;

/// <summary>
/// One immutable state of all access rules, and the one place that decides by them. Two tenants can have a say about a server: the
/// one that owns it decides who gets in, and that of the caller, when it is another one, may let in fewer of its own.
/// </summary>
internal sealed class AccessTable
{
    public static readonly AccessTable Empty = new(
        ImmutableDictionary<Guid, CompiledRule>.Empty,
        ImmutableDictionary<(TenantId, Guid), ServerRules>.Empty,
        ImmutableDictionary<AccessSubject, ImmutableHashSet<Guid>>.Empty,
        []);

    private readonly ImmutableDictionary<Guid, CompiledRule> _rules;
    private readonly ImmutableDictionary<(TenantId Author, Guid Server), ServerRules> _byServer;
    private readonly ImmutableDictionary<AccessSubject, ImmutableHashSet<Guid>> _bySubject;

    // Few ever: their servers are there for nobody else.
    private readonly ImmutableHashSet<TenantId> _shutOut;

    private AccessTable(
        ImmutableDictionary<Guid, CompiledRule> rules,
        ImmutableDictionary<(TenantId Author, Guid Server), ServerRules> byServer,
        ImmutableDictionary<AccessSubject, ImmutableHashSet<Guid>> bySubject,
        ImmutableHashSet<TenantId> shutOut)
    {
        (_rules, _byServer, _bySubject, _shutOut) = (rules, byServer, bySubject, shutOut);
    }

    public bool IsEmpty => _rules.IsEmpty;

    public IEnumerable<CompiledRule> Rules => _rules.Values;

    public CompiledRule? Find(Guid id) => _rules.GetValueOrDefault(id);

    /// <summary>Finds the rules of a tenant about a server; null when there is none.</summary>
    public ServerRules? Of(TenantId author, Guid server) => _byServer.GetValueOrDefault((author, server));

    /// <summary>Returns the servers that rules of anybody say something about a subject for.</summary>
    public ImmutableHashSet<Guid> ServersOf(AccessSubject subject) => _bySubject.GetValueOrDefault(subject, []);

    /// <summary>Makes the next state: some rules gone, others added or replaced.</summary>
    public AccessTable With(IReadOnlyCollection<Guid> gone, IReadOnlyCollection<CompiledRule> saved)
    {
        var rules = _rules.ToBuilder();
        var touched = new HashSet<(TenantId, Guid)>();
        var subjects = new HashSet<AccessSubject>();
        foreach (var id in gone.Concat(saved.Select(static rule => rule.Rule.Id)))
        {
            if (rules.Remove(id, out var old))
            {
                touched.Add((old.Rule.Tenant, old.Rule.ServerId));
                subjects.Add(old.Rule.Subject);
            }
        }

        foreach (var rule in saved)
        {
            rules[rule.Rule.Id] = rule;
            touched.Add((rule.Rule.Tenant, rule.Rule.ServerId));
            subjects.Add(rule.Rule.Subject);
        }

        var all = rules.ToImmutable();
        return new AccessTable(all, Regroup(all, touched), Regroup(all, subjects), _shutOut);
    }

    /// <summary>Makes the next state: a tenant is shut out, or is not any more. It is this one when that was known.</summary>
    public AccessTable With(TenantId tenant, bool isShutOut)
    {
        var shutOut = isShutOut ? _shutOut.Add(tenant) : _shutOut.Remove(tenant);
        return ReferenceEquals(shutOut, _shutOut) ? this : new AccessTable(_rules, _byServer, _bySubject, shutOut);
    }

    /// <summary>Decides. Allocates nothing.</summary>
    public AccessDecision Decide(in AccessRequest request)
    {
        var (caller, server) = (request.Caller, request.Server);
        if (caller.Key is { } key)
        {
            if (!caller.MayReach(server.Id))
            {
                return new AccessDecision(AccessReason.KeyServers);
            }

            if (!GovernedMethods.Allow(key.AllowedMethods, request.Method))
            {
                return new AccessDecision(AccessReason.KeyMethods);
            }
        }

        var decision = DecideByOwner(request);
        return decision.IsAllowed && caller.Tenant != server.Tenant && Of(caller.Tenant, server.Id) is { ClosesHome: true } own
            ? Narrow(own.Decide(request, AccessPermissions.None, AccessReason.Rule), decision)
            : decision;
    }

    /// <summary>Tells whether a server of another tenant is one that a tenant may say something about: open to it, or shared with it.</summary>
    public bool IsReachable(TenantId tenant, RegisteredServer server, DateTimeOffset at) => DecideByOwner(new AccessRequest(
        new Caller(tenant.ToString(), tenant, ApiKeyScope.None), server, AccessGate.ToSee, Protocol.McpMethod.Unknown, at)).IsAllowed;

    /// <summary>Returns a moment up to which the decisions about a caller and a server stay as they are.</summary>
    public DateTimeOffset StaysUntil(Caller caller, RegisteredServer server, DateTimeOffset moment)
    {
        var until = Of(server.Tenant, server.Id)?.StaysUntil(caller, moment) ?? DateTimeOffset.MaxValue;
        return caller.Tenant != server.Tenant && Of(caller.Tenant, server.Id)?.StaysUntil(caller, moment) is { } own && own < until ? own : until;
    }

    private static AccessDecision Narrow(AccessDecision own, AccessDecision owner) => own.IsAllowed && owner.Reason == AccessReason.Rule ? owner : own;

    private AccessDecision DecideByOwner(in AccessRequest request)
    {
        var (caller, server) = (request.Caller, request.Server);
        var isHome = caller.Tenant == server.Tenant;
        if (!isHome && _shutOut.Contains(server.Tenant))
        {
            return new AccessDecision(AccessReason.NotShared);
        }

        if (!isHome && (request.Needed & (AccessPermissions.Write | AccessPermissions.Admin)) != AccessPermissions.None)
        {
            // What belongs to a tenant is changed there only, whoever it is shared with.
            return new AccessDecision(AccessReason.NotShared);
        }

        var rules = Of(server.Tenant, server.Id);
        if (!IsClosed(server, rules, isHome))
        {
            return new AccessDecision(AccessReason.Open);
        }

        var isOwner = isHome && server.Owner is { } owner && owner == caller.UserId;
        var isAdmin = isHome && caller.Scopes.Allows(ApiKeyScope.Admin);
        var granted = isOwner ? ~AccessPermissions.None : isAdmin ? AccessPermissions.Read | AccessPermissions.Write | AccessPermissions.Admin : AccessPermissions.None;
        var without = isOwner ? AccessReason.Owner : AccessReason.AdminScope;
        var decision = rules?.Decide(request, granted, without)
            ?? new AccessDecision((granted & request.Needed) == request.Needed ? without : AccessReason.NoRule);
        return decision.Reason != AccessReason.NoRule ? decision
            : isHome && server.Visibility == ServerVisibility.Private ? new AccessDecision(AccessReason.Private)
            : isHome || server.Tenant.IsGlobal || server.Visibility == ServerVisibility.Public ? decision
            : new AccessDecision(AccessReason.NotShared);
    }

    private static bool IsClosed(RegisteredServer server, ServerRules? rules, bool isHome) => server.Visibility switch
    {
        ServerVisibility.Private => true,
        _ when isHome => rules is { ClosesHome: true },
        ServerVisibility.Public => rules is not null,
        _ => !server.Tenant.IsGlobal || rules is not null,
    };

    private ImmutableDictionary<(TenantId Author, Guid Server), ServerRules> Regroup(
        ImmutableDictionary<Guid, CompiledRule> all, HashSet<(TenantId Author, Guid Server)> touched)
    {
        var groups = _byServer.ToBuilder();
        groups.RemoveRange(touched);
        foreach (var group in all.Values.Where(rule => touched.Contains((rule.Rule.Tenant, rule.Rule.ServerId))).GroupBy(static rule => (rule.Rule.Tenant, rule.Rule.ServerId)))
        {
            groups.Add(group.Key, new ServerRules(group.Key.Tenant, group));
        }

        return groups.ToImmutable();
    }

    private ImmutableDictionary<AccessSubject, ImmutableHashSet<Guid>> Regroup(ImmutableDictionary<Guid, CompiledRule> all, HashSet<AccessSubject> touched)
    {
        var groups = _bySubject.ToBuilder();
        groups.RemoveRange(touched);
        foreach (var group in all.Values.Where(rule => touched.Contains(rule.Rule.Subject)).GroupBy(static rule => rule.Rule.Subject))
        {
            groups.Add(group.Key, [.. group.Select(static rule => rule.Rule.ServerId)]);
        }

        return groups.ToImmutable();
    }
}
