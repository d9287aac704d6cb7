using McpRegistry.ApiKeys;

namespace McpRegistry.EntityFrameworkCore.ApiKeys;

internal sealed class ApiKeyEntity
{
    public Guid Id { get; set; }

    public Guid TenantId { get; set; }

    public required string Name { get; set; }

    public required string LookupId { get; set; }

    public required byte[] Salt { get; set; }

    public required byte[] KeyHash { get; set; }

    public required string LastFour { get; set; }

    public ApiKeyScope Scopes { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    public DateTimeOffset? ExpiresAt { get; set; }

    public DateTimeOffset? RevokedAt { get; set; }

    public string? RevokedReason { get; set; }

    /// <summary>Gets or sets a value that tells whether the key is switched on and not revoked; its life is another matter.</summary>
    public bool IsActive { get; set; }

    public string? Description { get; set; }

    public Guid? UserId { get; set; }

    /// <summary>Gets or sets the servers that the key reaches; none for all.</summary>
    public Guid[] AllowedServers { get; set; } = [];

    /// <summary>Gets or sets the MCP methods that the key may call; none for all.</summary>
    public string[] AllowedMethods { get; set; } = [];

    /// <summary>Gets or sets the addresses and networks that the key may be used from; none for all.</summary>
    public string[] IpWhitelist { get; set; } = [];

    public int? RateLimitPerHour { get; set; }

    public int? RateLimitPerDay { get; set; }

    public DateTimeOffset? LastUsed { get; set; }

    public DateTimeOffset? LastSuccess { get; set; }

    public DateTimeOffset? LastError { get; set; }

    public long TotalRequests { get; set; }

    public long TotalErrors { get; set; }

    public int FailedAttempts { get; set; }

    public DateTimeOffset? LastFailedAttempt { get; set; }

    public int Lockouts { get; set; }

    public DateTimeOffset? LockedUntil { get; set; }

    /// <summary>Gets or sets the key that this one replaces.</summary>
    public Guid? RotatedFrom { get; set; }

    public long Version { get; set; }
}
