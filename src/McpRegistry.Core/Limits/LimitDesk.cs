using System.Net;
using McpRegistry.ApiKeys;
using McpRegistry.Auditing;
using McpRegistry.Snapshots;
using McpRegistry.Tenancy;
using McpRegistry.Users;

namespace McpRegistry.Limits;

/// <summary>Tells how limits stand, and begins them anew.</summary>
internal sealed class LimitDesk(
    LimitMemory memory, RateLimiter rates, QuotaLimiter quotas, TenantLimitTable tenants, IQuotaStore store, IApiKeyStore keys, IUserStore users, ITenantStore rows,
    RegistrySnapshots snapshots, ChangeAudit audit, TimeProvider time)
{
    private const string ResetAction = "limit.reset";

    /// <summary>Tells whether a subject is a tenant's to ask about. Other tenants, and addresses, which belong to all of them, are the installation's.</summary>
    public static bool MayReach(TenantId tenant, LimitSubject subject) => subject.Kind switch
    {
        LimitKind.Tenant => tenant.IsGlobal || tenant.Value == subject.Id,
        LimitKind.Address => tenant.IsGlobal,
        _ => true,
    };

    /// <summary>Reads the limits that a caller is under.</summary>
    public async ValueTask<LimitStatus> ReadOwnAsync(Caller caller, CancellationToken cancellationToken)
    {
        caller = caller.Counted;
        List<RateStatus> own = [];
        var rate = rates.RoleRate(RateLimiter.RoleOf(caller));
        AddRate(own, LimitKind.Tenant, caller.Tenant.Value, rates.TenantRate(tenants.Find(caller.Tenant)));
        if (rates.IsOn && RateLimiter.UserKey(caller) is { } user)
        {
            own.Add(Read(LimitKind.User, user, rate));
        }

        AddRate(own, LimitKind.Key, caller.KeyId, rate);
        return new LimitStatus(own, await ReadQuotasAsync(caller, LimitKind.KeyHour, LimitKind.TenantDay, cancellationToken).ConfigureAwait(false), ShareOf(caller.Tenant));
    }

    /// <summary>Reads the limits of a subject; null when the caller has no such one in its tenant.</summary>
    public async ValueTask<LimitStatus?> ReadAsync(Caller asking, LimitSubject subject, CancellationToken cancellationToken)
    {
        var tenant = asking.Tenant;
        List<RateStatus> found = [];
        switch (subject.Kind)
        {
            case LimitKind.Key when await keys.FindAsync(tenant, subject.Id, cancellationToken).ConfigureAwait(false) is { } stored:
                var owner = stored.Key.Owner is { } ownerId ? await users.FindAsync(tenant, ownerId, cancellationToken).ConfigureAwait(false) : null;
                var caller = Caller.Of(new ApiKeyGrant(stored.Key, owner?.Role));
                AddRate(found, LimitKind.Key, subject.Id, rates.RoleRate(RateLimiter.RoleOf(caller)));
                return new LimitStatus(found, await ReadQuotasAsync(caller, LimitKind.KeyHour, LimitKind.KeyDay, cancellationToken).ConfigureAwait(false));
            case LimitKind.User when await users.FindAsync(tenant, subject.Id, cancellationToken).ConfigureAwait(false) is { } user:
                AddRate(found, LimitKind.User, subject.Id, rates.RoleRate(user.Role));
                return new LimitStatus(found, []);
            case LimitKind.Tenant when await IsThereAsync(subject.Id, cancellationToken).ConfigureAwait(false):
                var id = new TenantId(subject.Id);
                AddRate(found, LimitKind.Tenant, subject.Id, rates.TenantRate(tenants.Find(id)));
                var everybody = new Caller("", id, default);
                return new LimitStatus(found, await ReadQuotasAsync(everybody, LimitKind.TenantHour, LimitKind.TenantDay, cancellationToken).ConfigureAwait(false), ShareOf(id));
            case LimitKind.Address:
                AddRate(found, LimitKind.Address, AddressId.Of(subject.Address!), rates.AnonymousRate);
                var left = memory.Bans.Left(AddressId.Of(subject.Address!));
                return new LimitStatus(found, [], BannedForMs: left > TimeSpan.Zero ? (long)left.TotalMilliseconds : null);
            case LimitKind.Tool when FindTool(asking, subject.Tool!) is var (server, name):
                if (rates.IsOn && rates.ToolRate(server.Server, name) is { } rate)
                {
                    found.Add(Read(LimitKind.Tool, new BucketKey(LimitKind.Tool, server.Server.Id, name), rate));
                }

                return new LimitStatus(found, []);
            default:
                return null;
        }
    }

    /// <summary>Begins the limits of a subject anew on all replicas; false when the caller has no such one in its tenant, or may not reach it.</summary>
    public async ValueTask<bool> ResetAsync(Caller asking, LimitSubject subject, AuditActor actor, CancellationToken cancellationToken)
    {
        var tenant = asking.Tenant;
        if (!MayReach(tenant, subject) || await FindIdAsync(asking, subject, cancellationToken).ConfigureAwait(false) is not { } id)
        {
            var name = subject.Tool ?? subject.Address?.ToString();
            var refused = audit.Create(tenant, actor, ResetAction, LimitKinds.Name(subject.Kind), name is null ? subject.Id.ToString() : null, name);
            await audit.RefusedAsync(refused, "not found", cancellationToken).ConfigureAwait(false);
            return false;
        }

        var owner = subject.Kind == LimitKind.Tenant ? new TenantId(subject.Id) : tenant;
        var reset = audit.Create(owner, actor, ResetAction, LimitKinds.Name(subject.Kind), id.ToString(), subject.Tool ?? subject.Address?.ToString());
        await store.ResetAsync(owner, id, reset, cancellationToken).ConfigureAwait(false);
        return true;
    }

    private async ValueTask<Guid?> FindIdAsync(Caller asking, LimitSubject subject, CancellationToken cancellationToken) => subject.Kind switch
    {
        LimitKind.Key => (await keys.FindAsync(asking.Tenant, subject.Id, cancellationToken).ConfigureAwait(false))?.Key.Id,
        LimitKind.User => (await users.FindAsync(asking.Tenant, subject.Id, cancellationToken).ConfigureAwait(false))?.Id,
        LimitKind.Tenant => await IsThereAsync(subject.Id, cancellationToken).ConfigureAwait(false) ? subject.Id : null,
        LimitKind.Address => AddressId.Of(subject.Address!),
        _ => FindTool(asking, subject.Tool!) is var (server, name) ? LimitSubjects.OfTool(server.Server.Id, name) : null,
    };

    private async ValueTask<bool> IsThereAsync(Guid tenant, CancellationToken cancellationToken) =>
        new TenantId(tenant).IsGlobal || await rows.FindAsync(new TenantId(tenant), cancellationToken).ConfigureAwait(false) is not null;

    /// <summary>
    /// Finds the server of a tool among those of the tenant itself: the rate of a tool is for the callers of all tenants that a server is open to.
    /// A key that is for other servers has no say in it. Its list need not have the tool: it may be down, and its limits are still there.
    /// </summary>
    private (ServerEntry Server, string Tool)? FindTool(Caller asking, string exposed) =>
        exposed.Split("__", 2) is [var alias, { Length: > 0 } tool] && snapshots.Current.For(asking.Tenant).Find(alias) is { } server
            && server.Server.Tenant == asking.Tenant && asking.MayReach(server.Server.Id)
            ? (server, tool)
            : null;

    private FairShareStatus? ShareOf(TenantId tenant)
    {
        if (!rates.IsOn)
        {
            return null;
        }

        var (used, allowed) = memory.Shares.Read(tenant, tenants.Find(tenant).Weight ?? 1);
        return new FairShareStatus(used, allowed);
    }

    private void AddRate(List<RateStatus> found, LimitKind kind, Guid? id, in TokenRate rate)
    {
        if (rates.IsOn && id is { } known)
        {
            found.Add(Read(kind, new BucketKey(kind, known), rate));
        }
    }

    private RateStatus Read(LimitKind kind, in BucketKey key, in TokenRate rate) =>
        new(LimitKinds.Name(kind), rate.PerMinute, rate.Capacity, memory.Buckets.Read(key, rate, time.GetTimestamp()));

    private async Task<List<QuotaStatus>> ReadQuotasAsync(Caller caller, LimitKind first, LimitKind last, CancellationToken cancellationToken)
    {
        List<QuotaStatus> found = [];
        var limits = tenants.Find(caller.Tenant);
        for (var kind = first; kind <= last; kind++)
        {
            var limit = quotas.LimitOf(caller, limits, kind);
            if (limit > 0)
            {
                var key = QuotaLimiter.KeyOf(caller, kind);
                var window = key.At(time.GetUtcNow());
                var use = await store.FindAsync(caller.Tenant, window, cancellationToken).ConfigureAwait(false) ?? default;
                found.Add(new QuotaStatus(LimitKinds.Name(kind), limit, use.Spent, use.Leased, Math.Max(0, limit - use.Leased), window.StartsAt + key.Length));
            }
        }

        return found;
    }
}
