using McpRegistry.EntityFrameworkCore.Storage;

namespace McpRegistry.EntityFrameworkCore.Configuration;

/// <summary>One setting: the global row, or the row by which a tenant overrides it.</summary>
internal sealed class SystemConfigEntity : IHasId
{
    public Guid Id { get; set; }

    public Guid TenantId { get; set; }

    public required string Key { get; set; }

    public required string Value { get; set; }

    public string? Description { get; set; }

    public required string Category { get; set; }

    public bool IsSensitive { get; set; }

    public bool IsRuntimeConfigurable { get; set; }

    public string? UpdatedBy { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    public DateTimeOffset UpdatedAt { get; set; }

    public long Version { get; set; }
}
