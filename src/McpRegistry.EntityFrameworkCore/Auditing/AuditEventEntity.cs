using McpRegistry.Auditing;
using McpRegistry.EntityFrameworkCore.Storage;

namespace McpRegistry.EntityFrameworkCore.Auditing;

/// <summary>One entry of the audit trail. It refers to nothing by foreign key: it must outlive what it tells of.</summary>
internal sealed class AuditEventEntity : IHasId
{
    public Guid Id { get; set; }

    public Guid TenantId { get; set; }

    public AuditSource Source { get; set; }

    public DateTimeOffset OccurredAt { get; set; }

    public AuditActorKind ActorKind { get; set; }

    public string? ActorName { get; set; }

    public Guid? UserId { get; set; }

    public Guid? ApiKeyId { get; set; }

    public string[] Roles { get; set; } = [];

    public required string Action { get; set; }

    public required string ResourceType { get; set; }

    public string? ResourceId { get; set; }

    public string? ResourceName { get; set; }

    public bool Success { get; set; }

    public int? ErrorCode { get; set; }

    public string? ErrorMessage { get; set; }

    public string? Method { get; set; }

    public string? JsonrpcVersion { get; set; }

    public string? RequestId { get; set; }

    public string? TraceId { get; set; }

    public string? SessionId { get; set; }

    public string? IpAddress { get; set; }

    public string? UserAgent { get; set; }

    public double? DurationMs { get; set; }

    public required string Details { get; set; }

    /// <summary>Gets or sets the number in the chain of the tenant; null for a row that is older than the chain.</summary>
    public long? Sequence { get; set; }

    public byte[]? PreviousHash { get; set; }

    public byte[]? Hash { get; set; }

    public int? HashVersion { get; set; }
}
