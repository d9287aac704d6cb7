using System.Collections.Immutable;
using McpRegistry.Tenancy;

namespace McpRegistry.Auditing;

/// <summary>An audit event of source <see cref="AuditSource.Mcp"/>, reduced to what tells of an MCP call.</summary>
public sealed record McpAuditEntry
{
    /// <summary>Gets the id of the event.</summary>
    public required Guid Id { get; init; }

    /// <summary>Gets whose trail it belongs to.</summary>
    public TenantId Tenant { get; init; }

    /// <summary>Gets when the call came, UTC.</summary>
    public required DateTimeOffset Timestamp { get; init; }

    /// <summary>Gets the user; null when no user called.</summary>
    public Guid? UserId { get; init; }

    /// <summary>Gets the name of who called; null when nobody was recognised.</summary>
    public string? UserName { get; init; }

    /// <summary>Gets the roles that the caller had.</summary>
    public ImmutableArray<string> UserRoles { get; init; } = [];

    /// <summary>Gets the MCP method.</summary>
    public string? Method { get; init; }

    /// <summary>Gets the id of the request.</summary>
    public string? RequestId { get; init; }

    /// <summary>Gets the version of JSON-RPC.</summary>
    public string? JsonRpcVersion { get; init; }

    /// <summary>Gets a value that tells whether the call was answered with a result.</summary>
    public bool Success { get; init; }

    /// <summary>Gets how long it took in milliseconds; null when that was not measured.</summary>
    public double? DurationMs { get; init; }

    /// <summary>Gets the JSON-RPC error code; null for none.</summary>
    public int? ErrorCode { get; init; }

    /// <summary>Gets what went wrong; null for nothing.</summary>
    public string? ErrorMessage { get; init; }

    /// <summary>Reduces an audit event, for stores that read whole ones.</summary>
    /// <param name="auditEvent">The event; its source is not looked at.</param>
    public static McpAuditEntry Of(AuditEvent auditEvent) => new()
    {
        Id = auditEvent.Id,
        Tenant = auditEvent.Tenant,
        Timestamp = auditEvent.OccurredAt,
        UserId = auditEvent.UserId,
        UserName = auditEvent.ActorName,
        UserRoles = auditEvent.Roles,
        Method = auditEvent.Method,
        RequestId = auditEvent.RequestId,
        JsonRpcVersion = auditEvent.JsonRpcVersion,
        Success = auditEvent.Success,
        DurationMs = auditEvent.DurationMs,
        ErrorCode = auditEvent.ErrorCode,
        ErrorMessage = auditEvent.ErrorMessage,
    };
}
