using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using McpRegistry.Gateway.Resumption;
using McpRegistry.Tenancy;
using McpRegistry.Upstream;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace McpRegistry.Gateway;

/// <summary>The legacy sessions of this process: bounded in number and idle time, since many clients go without a word.</summary>
internal sealed class ClientSessions : IDisposable
{
    private const int IdBytes = 24;

    private readonly ConcurrentDictionary<string, ClientSession> _sessions = new(StringComparer.Ordinal);
    private readonly Dictionary<string, HashSet<ClientSession>> _byPrincipal = new(StringComparer.Ordinal);
    private readonly Dictionary<TenantId, HashSet<ClientSession>> _byTenant = [];
    private readonly Lock _lock = new();
    private readonly GatewayOptions _options;
    private readonly string _prefix;
    private readonly TimeProvider _time;
    private readonly EventBuffer? _events;
    private readonly ITimer _sweep;
    private readonly TenantDirectory? _tenants;
    private volatile bool _hostStops;

    public ClientSessions(
        IOptions<GatewayOptions> options, TimeProvider time, EventBuffer? events = null, IHostApplicationLifetime? lifetime = null, TenantDirectory? tenants = null)
    {
        _options = options.Value;
        _prefix = _options.InstanceName is { } name ? name + "." : "";
        _time = time;
        _events = events;
        var period = _options.SessionIdleTimeout / 4;
        _sweep = time.CreateTimer(static sessions => ((ClientSessions)sessions!).Sweep(), this, period, period);
        lifetime?.ApplicationStopping.Register(HostStops);
        _tenants = tenants;
        tenants?.OnShutOut(CloseAllOf);
    }

    public int Count => _sessions.Count;

    /// <summary>
    /// Opens a session; null when there are as many as allowed and none can make room. A caller with many of them makes room with its own, and so
    /// does the tenant that holds the most, so that they do not end those of others.
    /// </summary>
    public ClientSession? Open(string principalId, string? alias, string revision, ClientProfile profile, TenantId tenant = default)
    {
        // 192 bits from the system's generator; visible ASCII, as the header demands.
        var id = _prefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(IdBytes));
        var kept = _options.ForwardClientInfo ? profile : profile with { ClientInfo = default };
        var session = new ClientSession(id, principalId, alias, revision, kept, _time, _events?.Open(revision), tenant) { Closing = Close };
        var evicted = new List<ClientSession>(2);
        bool isOpen;
        lock (_lock)
        {
            isOpen = TryMakeRoom_NeedsLock(principalId, tenant, evicted);
            if (isOpen)
            {
                Add_NeedsLock(session);
            }
        }

        evicted.ForEach(End);
        if (isOpen)
        {
            if (_hostStops)
            {
                session.HostStops();
            }

            if (_tenants?.IsShutOut(tenant) == true)
            {
                // Shut out since the request was let in; whoever closed the sessions of the tenant may have missed this one.
                Close(session);
            }

            return session;
        }

        session.Dispose();
        return null;
    }

    /// <summary>Finds a session of this endpoint and marks it used. A session id is no credential: the caller still checks the principal.</summary>
    public ClientSession? Find(string id, string? alias)
    {
        if (!_sessions.TryGetValue(id, out var session) || session.Alias != alias)
        {
            return null;
        }

        session.Touch();
        return session;
    }

    public void Close(ClientSession session)
    {
        bool isOpen;
        lock (_lock)
        {
            isOpen = TryRemove_NeedsLock(session);
        }

        if (isOpen)
        {
            End(session);
        }
    }

    public void Dispose()
    {
        _sweep.Dispose();
        foreach (var (_, session) in _sessions)
        {
            Close(session);
        }
    }

    /// <summary>Outside of the lock: what runs in the session is cancelled, which runs code of others.</summary>
    private static void End(ClientSession session) => session.Dispose();

    /// <summary>Lets requests whose client is gone end, so that the host need not wait for them.</summary>
    private void HostStops()
    {
        _hostStops = true;
        foreach (var (_, session) in _sessions)
        {
            session.HostStops();
        }
    }

    private void CloseAllOf(TenantId tenant)
    {
        foreach (var (_, session) in _sessions)
        {
            if (session.Tenant == tenant)
            {
                Close(session);
            }
        }
    }

    private void Sweep()
    {
        foreach (var (_, session) in _sessions)
        {
            if (_time.GetElapsedTime(session.LastUsed) >= _options.SessionIdleTimeout && session.TryRetire())
            {
                Close(session);
            }
        }
    }

    private void Add_NeedsLock(ClientSession session)
    {
        Add(_byPrincipal, session.PrincipalId, session);
        Add(_byTenant, session.Tenant, session);
        _sessions[session.Id] = session;
    }

    private bool TryRemove_NeedsLock(ClientSession session)
    {
        if (!_sessions.TryRemove(session.Id, out _))
        {
            return false;
        }

        Remove(_byPrincipal, session.PrincipalId, session);
        Remove(_byTenant, session.Tenant, session);
        return true;
    }

    private static void Add<TOwner>(Dictionary<TOwner, HashSet<ClientSession>> owners, TOwner owner, ClientSession session)
        where TOwner : notnull
    {
        if (!owners.TryGetValue(owner, out var own))
        {
            owners.Add(owner, own = []);
        }

        own.Add(session);
    }

    private static void Remove<TOwner>(Dictionary<TOwner, HashSet<ClientSession>> owners, TOwner owner, ClientSession session)
        where TOwner : notnull
    {
        var own = owners[owner];
        own.Remove(session);
        if (own.Count == 0)
        {
            owners.Remove(owner);
        }
    }

    private bool TryMakeRoom_NeedsLock(string principalId, TenantId tenant, List<ClientSession> evicted)
    {
        var isAtItsCap = _byPrincipal.TryGetValue(principalId, out var own) && own.Count >= _options.MaxSessionsPerCaller;
        return (!isAtItsCap || TryEvict_NeedsLock(own!, mayBeBusy: false, evicted))
            && (_sessions.Count < _options.MaxSessions || TryEvictForTenant_NeedsLock(tenant, evicted));
    }

    /// <summary>
    /// Makes room at the tenants that hold the most, so that nobody displaces one that holds less. Where that leaves them no less than the
    /// tenant that asks, they lose sessions in use too: else they could keep all others out with open streams.
    /// </summary>
    private bool TryEvictForTenant_NeedsLock(TenantId tenant, List<ClientSession> evicted)
    {
        var own = _byTenant.GetValueOrDefault(tenant);
        var held = own?.Count ?? 0;
        var most = _byTenant.Values.Max(static sessions => sessions.Count);
        return held == most
            ? TryEvict_NeedsLock(own!, mayBeBusy: false, evicted)
            : TryEvict_NeedsLock(_byTenant.Values.Where(sessions => sessions.Count == most).SelectMany(static sessions => sessions), mayBeBusy: most > held + 1, evicted);
    }

    /// <summary>Takes the session out that was not used for longest: those in use last, and of them those last in which a request is running. The caller ends it.</summary>
    private bool TryEvict_NeedsLock(IEnumerable<ClientSession> candidates, bool mayBeBusy, List<ClientSession> evicted)
    {
        while (candidates.Where(session => mayBeBusy || !session.IsBusy).MinBy(static session => (session.IsRunning, session.IsBusy, session.LastUsed)) is { } oldest)
        {
            if (!oldest.TryRetire() && !mayBeBusy)
            {
                // A request has begun meanwhile.
                continue;
            }

            if (!TryRemove_NeedsLock(oldest))
            {
                return false;
            }

            evicted.Add(oldest);
            return true;
        }

        return false;
    }
}
