using McpRegistry.EntityFrameworkCore.Storage;

namespace McpRegistry.EntityFrameworkCore.Sessions;

/// <summary>A session of a client with the gateway. Its id towards the client is kept as a hash only.</summary>
internal sealed class GatewaySessionEntity : IHasId
{
    public Guid Id { get; set; }

    public Guid TenantId { get; set; }

    public Guid? UserId { get; set; }

    public Guid? ApiKeyId { get; set; }

    public required byte[] SessionHash { get; set; }

    public required string Principal { get; set; }

    public string? ProtocolVersion { get; set; }

    public string? ClientName { get; set; }

    public string? ClientVersion { get; set; }

    public string? IpAddress { get; set; }

    public string? UserAgent { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    public DateTimeOffset LastActivity { get; set; }

    public DateTimeOffset ExpiresAt { get; set; }

    public bool IsActive { get; set; }

    public DateTimeOffset? RevokedAt { get; set; }

    public string? RevokedReason { get; set; }
}
