using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using McpRegistry.Upstream;
using Microsoft.Extensions.Options;

namespace McpRegistry.Gateway;

/// <summary>The legacy sessions of this process: bounded in number and idle time, since many clients go without a word.</summary>
internal sealed class ClientSessions : IDisposable
{
    private const int IdBytes = 24;

    /// <summary>With 4 MiB, the largest request, the sessions of one client could fill the memory.</summary>
    private const int MaxClientInfoBytes = 8 * 1024;

    private readonly ConcurrentDictionary<string, ClientSession> _sessions = new(StringComparer.Ordinal);
    private readonly Dictionary<string, HashSet<ClientSession>> _byPrincipal = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();
    private readonly GatewayOptions _options;
    private readonly TimeProvider _time;
    private readonly ITimer _sweep;

    public ClientSessions(IOptions<GatewayOptions> options, TimeProvider time)
    {
        _options = options.Value;
        _time = time;
        var period = _options.SessionIdleTimeout / 4;
        _sweep = time.CreateTimer(static sessions => ((ClientSessions)sessions!).Sweep(), this, period, period);
    }

    public int Count => _sessions.Count;

    /// <summary>
    /// Opens a session; null when there are as many as allowed and all of them are busy. A caller with many of them makes room
    /// with its own, so that it does not end those of others.
    /// </summary>
    public ClientSession? Open(string principalId, string? alias, string revision, ClientProfile profile)
    {
        // 192 bits from the system's generator; visible ASCII, as the header demands.
        var id = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(IdBytes));
        var kept = profile.ClientInfo.Length <= MaxClientInfoBytes ? profile : profile with { ClientInfo = default };
        var session = new ClientSession(id, principalId, alias, revision, kept) { LastUsed = _time.GetTimestamp() };
        lock (_lock)
        {
            if (!TryMakeRoom_NeedsLock(principalId))
            {
                return null;
            }

            Add_NeedsLock(session);
            return session;
        }
    }

    /// <summary>Finds a session of this endpoint and marks it used. A session id is no credential: the caller still checks the principal.</summary>
    public ClientSession? Find(string id, string? alias)
    {
        if (!_sessions.TryGetValue(id, out var session) || session.Alias != alias)
        {
            return null;
        }

        session.LastUsed = _time.GetTimestamp();
        return session;
    }

    public void Close(ClientSession session)
    {
        lock (_lock)
        {
            if (!_sessions.TryRemove(session.Id, out _))
            {
                return;
            }

            var own = _byPrincipal[session.PrincipalId];
            own.Remove(session);
            if (own.Count == 0)
            {
                _byPrincipal.Remove(session.PrincipalId);
            }
        }

        // Outside: what runs in it is cancelled, which runs code of others.
        session.Dispose();
    }

    public void Dispose()
    {
        _sweep.Dispose();
        foreach (var session in _sessions.Values)
        {
            Close(session);
        }
    }

    private void Sweep()
    {
        foreach (var session in _sessions.Values)
        {
            if (!session.IsBusy && _time.GetElapsedTime(session.LastUsed) >= _options.SessionIdleTimeout)
            {
                Close(session);
            }
        }
    }

    private void Add_NeedsLock(ClientSession session)
    {
        if (!_byPrincipal.TryGetValue(session.PrincipalId, out var own))
        {
            _byPrincipal.Add(session.PrincipalId, own = []);
        }

        own.Add(session);
        _sessions[session.Id] = session;
    }

    private bool TryMakeRoom_NeedsLock(string principalId)
    {
        var isAtItsCap = _byPrincipal.TryGetValue(principalId, out var own) && own.Count >= _options.MaxSessionsPerCaller;
        return (!isAtItsCap || TryEvictOldest(own!)) && (_sessions.Count < _options.MaxSessions || TryEvictOldest(_sessions.Values));
    }

    private bool TryEvictOldest(IEnumerable<ClientSession> candidates)
    {
        var oldest = candidates.Where(session => !session.IsBusy).MinBy(session => session.LastUsed);
        if (oldest is not null)
        {
            Close(oldest);
        }

        return oldest is not null;
    }
}
