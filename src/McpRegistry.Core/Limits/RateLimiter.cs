using System.Collections.Frozen;
using System.Net;
using McpRegistry.ApiKeys;
using McpRegistry.Servers;
using McpRegistry.Tenancy;
using McpRegistry.Users;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace McpRegistry.Limits;

/// <summary>
/// The rates of one replica, in the order of domain.md 6: ban, all callers, fair share, tenant, user, key, address of who is
/// not known. A refused request gives back what it took on the way.
/// </summary>
internal sealed class RateLimiter
{
    private readonly LimitMemory _memory;
    private readonly TenantLimitTable _tenants;
    private readonly LimitInstruments _instruments;
    private readonly ILogger _logger;
    private readonly TimeProvider _time;
    private readonly RateOptions _options;
    private readonly TokenRate _global;
    private readonly TokenRate _tenant;
    private readonly TokenRate _anonymous;
    private readonly TokenRate[] _roles;
    private readonly TokenRate? _tool;
    private readonly FrozenDictionary<ToolKey, TokenRate> _tools;

    public RateLimiter(
        LimitMemory memory, TenantLimitTable tenants, IOptions<LimitOptions> options, LimitInstruments instruments, TimeProvider time, ILogger<RateLimiter> logger)
    {
        (_memory, _tenants, _instruments, _logger, _time) = (memory, tenants, instruments, logger, time);
        _options = options.Value.Rates;
        _global = Rate(_options.Global);
        _tenant = TokenRate.Create(_options.Tenant, _options.TenantBurst, time);
        _anonymous = Rate(_options.Anonymous);
        _tool = _options.Tool is { } perMinute ? Rate(perMinute) : null;
        _roles = [.. Enum.GetValues<UserRole>().Order().Select(role => Rate(PerMinute(role)))];
        _tools = _options.Tools
            .Select(tool => (IsKey: ToolKey.TryParse(tool.Key, out var key), Key: key, tool.Value))
            .Where(static tool => tool.IsKey)
            .DistinctBy(static tool => tool.Key)
            .ToFrozenDictionary(static tool => tool.Key, tool => Rate(tool.Value));
        IsOn = options.Value.Enabled && _options.Enabled;
    }

    public bool IsOn { get; }

    private static BucketKey Everybody => new(LimitKind.Global, Guid.Empty);

    /// <summary>Lets a request through or says why not; null lets it through.</summary>
    public LimitRefusal? Take(Caller caller, IPAddress? address)
    {
        caller = caller.Counted;
        var place = address is null ? Guid.Empty : AddressId.Of(address);
        if (address is not null && _memory.Bans.Left(place) is { Ticks: > 0 } left)
        {
            return Refuse(LimitKind.Ban, 0, left);
        }

        var now = _time.GetTimestamp();
        var buckets = _memory.Buckets;
        if (!buckets.TryTake(Everybody, _global, now, out var wait))
        {
            return Refuse(LimitKind.Global, _global.PerMinute, Elapsed(wait));
        }

        var limits = _tenants.Find(caller.Tenant);
        if (!_memory.Shares.TryTake(caller.Tenant, limits.Weight ?? 1, now, out var later))
        {
            buckets.PutBack(Everybody, _global);
            return Refuse(LimitKind.FairShare, 0, later);
        }

        var tenant = TenantRate(limits);
        if (!buckets.TryTake(TenantKey(caller), tenant, now, out wait))
        {
            GiveBack(caller, now);
            return Refuse(LimitKind.Tenant, tenant.PerMinute, Elapsed(wait));
        }

        return TakeOwn(caller, tenant, place, now) is { } refusal ? Offend(refusal, address, place) : null;
    }

    /// <summary>
    /// Lets somebody whom nobody knows be told so, or says why not; null lets it through. Counted is the address alone: what such requests
    /// take must not come out of what known callers have.
    /// </summary>
    public LimitRefusal? TakeUnknown(IPAddress? address)
    {
        var place = address is null ? Guid.Empty : AddressId.Of(address);
        if (address is not null && _memory.Bans.Left(place) is { Ticks: > 0 } left)
        {
            return Refuse(LimitKind.Ban, 0, left);
        }

        return _memory.Buckets.TryTake(new BucketKey(LimitKind.Address, place), _anonymous, _time.GetTimestamp(), out var wait)
            ? null
            : Offend(Refuse(LimitKind.Address, _anonymous.PerMinute, Elapsed(wait)), address, place);
    }

    /// <summary>Lets a call of a tool through or says why not; null lets it through.</summary>
    public LimitRefusal? TakeTool(RegisteredServer server, string tool, IPAddress? address)
    {
        if (ToolRate(server, tool) is not { } rate)
        {
            return null;
        }

        return _memory.Buckets.TryTake(new BucketKey(LimitKind.Tool, server.Id, tool), rate, _time.GetTimestamp(), out var wait)
            ? null
            : Offend(Refuse(LimitKind.Tool, rate.PerMinute, Elapsed(wait)), address, address is null ? Guid.Empty : AddressId.Of(address));
    }

    /// <summary>Gives back all that a request took, since something else refused it.</summary>
    public void PutBack(Caller caller, IPAddress? address)
    {
        caller = caller.Counted;
        GiveBack(caller, _time.GetTimestamp());
        var buckets = _memory.Buckets;
        buckets.PutBack(TenantKey(caller), TenantRate(_tenants.Find(caller.Tenant)));
        if (IsAnonymous(caller))
        {
            buckets.PutBack(new BucketKey(LimitKind.Address, address is null ? Guid.Empty : AddressId.Of(address)), _anonymous);
            return;
        }

        var own = _roles[(int)RoleOf(caller)];
        if (UserKey(caller) is { } user)
        {
            buckets.PutBack(user, own);
        }

        if (caller.KeyId is { } key)
        {
            buckets.PutBack(new BucketKey(LimitKind.Key, key), own);
        }
    }

    public TokenRate TenantRate(TenantLimits limits) => limits is { PerMinute: null, Burst: null }
        ? _tenant
        : TokenRate.Create(limits.PerMinute ?? _options.Tenant, limits.Burst ?? _options.TenantBurst, _time);

    public TokenRate RoleRate(UserRole role) => _roles[(int)role];

    public TokenRate GlobalRate => _global;

    public TokenRate AnonymousRate => _anonymous;

    public TokenRate? ToolRate(RegisteredServer server, string tool) => _tools.Count == 0 ? _tool
        : _tools.TryGetValue(new ToolKey(ServerKey.ById(server), tool), out var byId) ? byId
        : _tools.TryGetValue(new ToolKey(ServerKey.ByAlias(server), tool), out var byAlias) ? byAlias : _tool;

    /// <summary>A key without a user has the rate of what it may do.</summary>
    public static UserRole RoleOf(Caller caller) => caller.Role ?? RoleOf(caller.Scopes);

    public static UserRole RoleOf(ApiKeyScope scopes) => scopes.HasFlag(ApiKeyScope.Admin) ? UserRole.Admin : UserRole.User;

    private LimitRefusal? TakeOwn(Caller caller, in TokenRate tenant, Guid place, long now)
    {
        var buckets = _memory.Buckets;
        LimitRefusal? refusal = null;
        if (IsAnonymous(caller))
        {
            refusal = buckets.TryTake(new BucketKey(LimitKind.Address, place), _anonymous, now, out var wait)
                ? null
                : Refuse(LimitKind.Address, _anonymous.PerMinute, Elapsed(wait));
        }
        else
        {
            var own = _roles[(int)RoleOf(caller)];
            var user = UserKey(caller);
            if (user is { } known && !buckets.TryTake(known, own, now, out var wait))
            {
                refusal = Refuse(LimitKind.User, own.PerMinute, Elapsed(wait));
            }
            else if (caller.KeyId is { } key && !buckets.TryTake(new BucketKey(LimitKind.Key, key), own, now, out wait))
            {
                refusal = Refuse(LimitKind.Key, own.PerMinute, Elapsed(wait));
                if (user is { } taken)
                {
                    buckets.PutBack(taken, own);
                }
            }
        }

        if (refusal is not null)
        {
            buckets.PutBack(TenantKey(caller), tenant);
            GiveBack(caller, now);
        }

        return refusal;
    }

    private void GiveBack(Caller caller, long now)
    {
        _memory.Buckets.PutBack(Everybody, _global);
        _memory.Shares.PutBack(caller.Tenant, now);
    }

    private LimitRefusal Refuse(LimitKind kind, int limit, TimeSpan retryAfter)
    {
        _instruments.Refused(kind);
        return new LimitRefusal(kind, limit, retryAfter);
    }

    private LimitRefusal Offend(LimitRefusal refusal, IPAddress? address, Guid place)
    {
        if (LimitMemory.CanBeBanned(address) && _memory.Bans.Offend(place))
        {
            _instruments.Banned();
            _logger.Banned(address!.ToString(), _options.BanDuration, _options.BanAfter);
        }

        return refusal;
    }

    private static BucketKey TenantKey(Caller caller) => new(LimitKind.Tenant, caller.Tenant.Value);

    /// <summary>A principal of the host that has no id here goes by the name that its sessions are bound to.</summary>
    public static BucketKey? UserKey(Caller caller) => caller switch
    {
        { UserId: { } user } => new BucketKey(LimitKind.User, user),
        { KeyId: null } => new BucketKey(LimitKind.User, caller.Tenant.Value, caller.PrincipalId),
        _ => null,
    };

    /// <summary>Nothing but the tenant is known. A principal of the host is known by its id, whatever else its token leaves out.</summary>
    private static bool IsAnonymous(Caller caller) => caller is { KeyId: null, UserId: null, PrincipalId: "" };

    private TimeSpan Elapsed(long wait) => _time.GetElapsedTime(0, wait);

    private TokenRate Rate(int perMinute) => TokenRate.Create(perMinute, _options.Burst, _time);

    private int PerMinute(UserRole role) => role switch
    {
        UserRole.Admin => _options.Admin,
        UserRole.ServerOwner => _options.ServerOwner,
        UserRole.Service => _options.Service,
        UserRole.ReadOnly => _options.ReadOnly,
        _ => _options.User,
    };
}
