using McpRegistry.EntityFrameworkCore.Storage;
using McpRegistry.Sessions;
using McpRegistry.Tenancy;

namespace McpRegistry.EntityFrameworkCore.Sessions;

internal static class GatewaySessionMapper
{
    public static GatewaySessionEntity ToEntity(GatewaySession session) => new()
    {
        Id = session.Id,
        TenantId = session.Tenant.Value,
        SessionHash = session.Hash.ToArray(),
        Principal = session.Principal,
        UserId = session.UserId,
        ApiKeyId = session.ApiKeyId,
        ProtocolVersion = session.ProtocolVersion,
        ClientName = session.ClientName,
        ClientVersion = session.ClientVersion,
        IpAddress = session.IpAddress,
        UserAgent = session.UserAgent,
        CreatedAt = StoredTime.Normalize(session.CreatedAt),
        LastActivity = StoredTime.Normalize(session.LastActivity),
        ExpiresAt = StoredTime.Normalize(session.ExpiresAt),
        IsActive = session.RevokedAt is null,
        RevokedAt = StoredTime.Normalize(session.RevokedAt),
        RevokedReason = session.RevokedReason,
    };

    public static GatewaySession ToRecord(GatewaySessionEntity entity) => new()
    {
        Id = entity.Id,
        Tenant = new TenantId(entity.TenantId),
        Hash = entity.SessionHash,
        Principal = entity.Principal,
        UserId = entity.UserId,
        ApiKeyId = entity.ApiKeyId,
        ProtocolVersion = entity.ProtocolVersion,
        ClientName = entity.ClientName,
        ClientVersion = entity.ClientVersion,
        IpAddress = entity.IpAddress,
        UserAgent = entity.UserAgent,
        CreatedAt = entity.CreatedAt,
        LastActivity = entity.LastActivity,
        ExpiresAt = entity.ExpiresAt,
        RevokedAt = entity.RevokedAt,
        RevokedReason = entity.RevokedReason,
    };
}
