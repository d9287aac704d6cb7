using McpRegistry.Storage;
using McpRegistry.Tenancy;

namespace McpRegistry.Sessions;

internal sealed class InMemoryGatewaySessionStore(InMemoryDatabase database) : IGatewaySessionStore
{
    private readonly Dictionary<Guid, GatewaySession> _sessions = [];
    private readonly Dictionary<(TenantId Tenant, string Hash), Guid> _hashes = [];

    public ValueTask<StoreResult<GatewaySession>> AddAsync(TenantId tenant, GatewaySession session, CancellationToken cancellationToken)
    {
        if (session.Tenant != tenant)
        {
            throw new ArgumentException("The session belongs to another tenant than the one it is added for.", nameof(session));
        }

        var added = Copy(session);
        return database.RunAsync(
            () =>
            {
                if (_sessions.ContainsKey(added.Id))
                {
                    return StoreResult<GatewaySession>.Conflict("id");
                }

                if (!_hashes.TryAdd((tenant, Key(added.Hash)), added.Id))
                {
                    return StoreResult<GatewaySession>.Conflict("sessionHash");
                }

                _sessions.Add(added.Id, added);
                return StoreResult<GatewaySession>.Success(added);
            },
            cancellationToken);
    }

    public ValueTask<GatewaySession?> FindByHashAsync(TenantId tenant, ReadOnlyMemory<byte> hash, CancellationToken cancellationToken) =>
        database.RunAsync(() => _hashes.TryGetValue((tenant, Key(hash)), out var id) ? _sessions[id] : null, cancellationToken);

    public ValueTask<int> TouchAsync(TenantId tenant, IReadOnlyCollection<SessionActivity> activities, CancellationToken cancellationToken) =>
        database.RunAsync(() => activities.Count(activity => Touch_NeedsLock(tenant, activity)), cancellationToken);

    public ValueTask<bool> RevokeAsync(
        TenantId tenant, Guid id, DateTimeOffset revokedAt, string? reason, CancellationToken cancellationToken) => database.RunAsync(
        () =>
        {
            if (FindAlive_NeedsLock(tenant, id) is not { } stored)
            {
                return false;
            }

            _sessions[id] = stored with { RevokedAt = StoredTime.Normalize(revokedAt), RevokedReason = reason };
            return true;
        },
        cancellationToken);

    public ValueTask<IReadOnlyList<GatewaySession>> ListActiveAsync(
        TenantId tenant, Guid userId, DateTimeOffset now, Guid? afterId, int limit, CancellationToken cancellationToken)
    {
        PageSize.Check(limit);
        return database.RunAsync<IReadOnlyList<GatewaySession>>(
            () =>
            [
                .. _sessions.Values
                    .Where(session => session.Tenant == tenant && session.UserId == userId)
                    .Where(session => session.RevokedAt is null && session.ExpiresAt > now)
                    .Where(session => afterId is null || session.Id.CompareTo(afterId.Value) > 0)
                    .OrderBy(static session => session.Id)
                    .Take(limit),
            ],
            cancellationToken);
    }

    public ValueTask<int> DeleteExpiredAsync(DateTimeOffset before, int batch, CancellationToken cancellationToken)
    {
        PageSize.Check(batch);
        return database.RunAsync(
            () =>
            {
                var expired = _sessions.Values.Where(session => session.ExpiresAt < before).Take(batch).ToList();
                foreach (var session in expired)
                {
                    _sessions.Remove(session.Id);
                    _hashes.Remove((session.Tenant, Key(session.Hash)));
                }

                return expired.Count;
            },
            cancellationToken);
    }

    public int CountActive(TenantId tenant, DateTimeOffset now)
    {
        lock (database.Gate)
        {
            return _sessions.Values.Count(session => session.Tenant == tenant && session.RevokedAt is null && session.ExpiresAt > now);
        }
    }

    private static string Key(ReadOnlyMemory<byte> hash) => Convert.ToHexString(hash.Span);

    // Takes the bytes over by value, since the caller may clear its own once the session is stored.
    private static GatewaySession Copy(GatewaySession session) => session with
    {
        Hash = session.Hash.ToArray(),
        CreatedAt = StoredTime.Normalize(session.CreatedAt),
        LastActivity = StoredTime.Normalize(session.LastActivity),
        ExpiresAt = StoredTime.Normalize(session.ExpiresAt),
        RevokedAt = StoredTime.Normalize(session.RevokedAt),
    };

    private static DateTimeOffset Later(DateTimeOffset known, DateTimeOffset seen)
    {
        var normalized = StoredTime.Normalize(seen);
        return normalized > known ? normalized : known;
    }

    private bool Touch_NeedsLock(TenantId tenant, SessionActivity activity)
    {
        if (FindAlive_NeedsLock(tenant, activity.SessionId) is not { } stored)
        {
            return false;
        }

        _sessions[stored.Id] = stored with
        {
            LastActivity = Later(stored.LastActivity, activity.LastActivity),
            ExpiresAt = Later(stored.ExpiresAt, activity.ExpiresAt),
        };
        return true;
    }

    private GatewaySession? FindAlive_NeedsLock(TenantId tenant, Guid id) =>
        _sessions.TryGetValue(id, out var session) && session.Tenant == tenant && session.RevokedAt is null ? session : null;
}
