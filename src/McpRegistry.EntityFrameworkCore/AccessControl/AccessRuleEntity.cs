using McpRegistry.EntityFrameworkCore.Storage;

namespace McpRegistry.EntityFrameworkCore.AccessControl;

/// <summary>What one user, tenant or key may do with one server. The server may belong to another tenant, if it is shared.</summary>
internal sealed class AccessRuleEntity : IHasId
{
    public Guid Id { get; set; }

    public Guid TenantId { get; set; }

    public Guid ServerId { get; set; }

    public Guid? UserId { get; set; }

    public Guid? SubjectTenantId { get; set; }

    public Guid? ApiKeyId { get; set; }

    public bool CanRead { get; set; }

    public bool CanWrite { get; set; }

    public bool CanAdmin { get; set; }

    public bool CanProxy { get; set; }

    public string[] AllowedMethods { get; set; } = [];

    public string[] DeniedMethods { get; set; } = [];

    public int[] AllowedDays { get; set; } = [];

    public int[] AllowedHours { get; set; } = [];

    public string? TimeZone { get; set; }

    public DateTimeOffset? AccessStartTime { get; set; }

    public DateTimeOffset? AccessEndTime { get; set; }

    public bool IsActive { get; set; }

    public DateTimeOffset? LastAccess { get; set; }

    public long AccessCount { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    public DateTimeOffset UpdatedAt { get; set; }

    public long Version { get; set; }
}
