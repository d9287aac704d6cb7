using System.Linq.Expressions;
using McpRegistry.Auditing;
using McpRegistry.EntityFrameworkCore.Storage;
using McpRegistry.Tenancy;

namespace McpRegistry.EntityFrameworkCore.Auditing;

internal static class AuditEventMapper
{
    /// <summary>Reads of a row only what tells of an MCP call.</summary>
    public static Expression<Func<AuditEventEntity, McpAuditEntry>> ToMcpEntry { get; } = entity => new McpAuditEntry
    {
        Id = entity.Id,
        Tenant = new TenantId(entity.TenantId),
        Timestamp = entity.OccurredAt,
        UserId = entity.UserId,
        UserName = entity.ActorName,
        UserRoles = ToImmutable(entity.Roles),
        Method = entity.Method,
        RequestId = entity.RequestId,
        JsonRpcVersion = entity.JsonrpcVersion,
        Success = entity.Success,
        DurationMs = entity.DurationMs,
        ErrorCode = entity.ErrorCode,
        ErrorMessage = entity.ErrorMessage,
    };

    private static AuditEventEntity ToEntity(AuditEvent row) => new()
    {
        Id = row.Id,
        TenantId = row.Tenant.Value,
        Source = row.Source,
        OccurredAt = StoredTime.Normalize(row.OccurredAt),
        ActorKind = row.ActorKind,
        ActorName = row.ActorName,
        UserId = row.UserId,
        ApiKeyId = row.ApiKeyId,
        Roles = [.. row.Roles],
        Action = row.Action,
        ResourceType = row.ResourceType,
        ResourceId = row.ResourceId,
        ResourceName = row.ResourceName,
        Success = row.Success,
        ErrorCode = row.ErrorCode,
        ErrorMessage = row.ErrorMessage,
        Method = row.Method,
        JsonrpcVersion = row.JsonRpcVersion,
        RequestId = row.RequestId,
        TraceId = row.TraceId,
        SessionId = row.SessionId,
        IpAddress = row.IpAddress,
        UserAgent = row.UserAgent,
        DurationMs = row.DurationMs,
        Details = row.Details,
    };

    public static AuditEventEntity ToEntity(ChainedAuditEvent row)
    {
        var entity = ToEntity(row.Event);
        entity.Sequence = row.Sequence;
        entity.PreviousHash = row.PreviousHash.ToArray();
        entity.Hash = row.Hash.ToArray();
        entity.HashVersion = row.HashVersion;
        return entity;
    }

    /// <summary>Reads a row that has a number; what else of the chain was taken out of it comes back empty.</summary>
    public static ChainedAuditEvent ToChained(AuditEventEntity entity) => new()
    {
        Event = ToRecord(entity),
        Sequence = entity.Sequence ?? 0,
        PreviousHash = entity.PreviousHash,
        Hash = entity.Hash,
        HashVersion = entity.HashVersion ?? 0,
    };

    public static AuditEvent ToRecord(AuditEventEntity entity) => new()
    {
        Id = entity.Id,
        Tenant = new TenantId(entity.TenantId),
        Source = entity.Source,
        OccurredAt = entity.OccurredAt,
        ActorKind = entity.ActorKind,
        ActorName = entity.ActorName,
        UserId = entity.UserId,
        ApiKeyId = entity.ApiKeyId,
        Roles = [.. entity.Roles],
        Action = entity.Action,
        ResourceType = entity.ResourceType,
        ResourceId = entity.ResourceId,
        ResourceName = entity.ResourceName,
        Success = entity.Success,
        ErrorCode = entity.ErrorCode,
        ErrorMessage = entity.ErrorMessage,
        Method = entity.Method,
        JsonRpcVersion = entity.JsonrpcVersion,
        RequestId = entity.RequestId,
        TraceId = entity.TraceId,
        SessionId = entity.SessionId,
        IpAddress = entity.IpAddress,
        UserAgent = entity.UserAgent,
        DurationMs = entity.DurationMs,
        Details = entity.Details,
    };

    private static System.Collections.Immutable.ImmutableArray<string> ToImmutable(string[] roles) => [.. roles];
}
