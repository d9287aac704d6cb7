using McpRegistry.EntityFrameworkCore.Storage;
using McpRegistry.Sessions;
using McpRegistry.Storage;
using McpRegistry.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace McpRegistry.EntityFrameworkCore.Sessions;

internal sealed class EntityFrameworkGatewaySessionStore(RegistryDatabase database) : IGatewaySessionStore
{
    private readonly Func<RegistryDbContext, Guid, byte[], CancellationToken, Task<GatewaySessionEntity?>> _findByHash = EF.CompileAsyncQuery(
        (RegistryDbContext context, Guid tenant, byte[] hash, CancellationToken _) =>
            context.Sessions.AsNoTracking().SingleOrDefault(x => x.TenantId == tenant && x.SessionHash == hash));

    public ValueTask<StoreResult<GatewaySession>> AddAsync(TenantId tenant, GatewaySession session, CancellationToken cancellationToken)
    {
        if (session.Tenant != tenant)
        {
            throw new ArgumentException("The session belongs to another tenant than the one it is added for.", nameof(session));
        }

        var entity = GatewaySessionMapper.ToEntity(session);
        return database.WriteQuietlyAsync((context, token) => AddAsync(context, entity, token), cancellationToken);
    }

    public ValueTask<GatewaySession?> FindByHashAsync(TenantId tenant, ReadOnlyMemory<byte> hash, CancellationToken cancellationToken)
    {
        var bytes = hash.ToArray();
        return database.ReadAsync(
            async (context, token) => await _findByHash(context, tenant.Value, bytes, token).ConfigureAwait(false) is { } entity
                ? GatewaySessionMapper.ToRecord(entity)
                : null,
            cancellationToken);
    }

    public ValueTask<int> TouchAsync(TenantId tenant, IReadOnlyCollection<SessionActivity> activities, CancellationToken cancellationToken) =>
        database.WriteQuietlyAsync((context, token) => SessionActivityWriter.TouchAsync(context, tenant, activities, token), cancellationToken);

    public ValueTask<bool> RevokeAsync(
        TenantId tenant, Guid id, DateTimeOffset revokedAt, string? reason, CancellationToken cancellationToken)
    {
        DateTimeOffset? at = StoredTime.Normalize(revokedAt);
        return database.WriteQuietlyAsync(
            async (context, token) => await context.Sessions
                .Where(x => x.TenantId == tenant.Value && x.Id == id && x.RevokedAt == null)
                .ExecuteUpdateAsync(
                    set => set
                        .SetProperty(x => x.IsActive, false)
                        .SetProperty(x => x.RevokedAt, at)
                        .SetProperty(x => x.RevokedReason, reason),
                    token)
                .ConfigureAwait(false) > 0,
            cancellationToken);
    }

    public ValueTask<IReadOnlyList<GatewaySession>> ListActiveAsync(
        TenantId tenant, Guid userId, DateTimeOffset now, Guid? afterId, int limit, CancellationToken cancellationToken)
    {
        PageSize.Check(limit);
        var at = now.ToUniversalTime();
        return database.ListAsync(
            context => context.Sessions
                .Where(x => x.UserId == userId && x.IsActive && x.ExpiresAt > at && x.RevokedAt == null && x.TenantId == tenant.Value)
                .ById(afterId, limit),
            GatewaySessionMapper.ToRecord,
            cancellationToken);
    }

    public ValueTask<int> DeleteExpiredAsync(DateTimeOffset before, int batch, CancellationToken cancellationToken)
    {
        PageSize.Check(batch);
        var at = before.ToUniversalTime();
        return database.WriteQuietlyAsync(
            (context, token) => context.Sessions
                .Where(x => context.Sessions.Where(old => old.ExpiresAt < at).OrderBy(old => old.Id).Take(batch).Select(old => old.Id).Contains(x.Id))
                .ExecuteDeleteAsync(token),
            cancellationToken);
    }

    private async Task<StoreResult<GatewaySession>> AddAsync(
        RegistryDbContext context, GatewaySessionEntity entity, CancellationToken cancellationToken)
    {
        context.Sessions.Add(entity);
        try
        {
            await context.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
            return StoreResult<GatewaySession>.Success(GatewaySessionMapper.ToRecord(entity));
        }
        catch (DbUpdateException exception) when (database.FindConflict(context, exception) is not null)
        {
            return StoreResult<GatewaySession>.Conflict(database.FindConflict(context, exception)!);
        }
    }
}
