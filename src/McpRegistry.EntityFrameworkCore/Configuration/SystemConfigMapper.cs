using McpRegistry.Configuration;
using McpRegistry.EntityFrameworkCore.Storage;
using McpRegistry.Tenancy;

namespace McpRegistry.EntityFrameworkCore.Configuration;

internal static class SystemConfigMapper
{
    /// <summary>Makes the row of an entry; a value that is left out becomes the empty text, which no document is.</summary>
    public static SystemConfigEntity ToEntity(TenantId tenant, SystemConfigEntry entry) => new()
    {
        Id = entry.Id,
        TenantId = tenant.Value,
        Key = entry.Key,
        Value = entry.Value is null ? "" : StoredJson.Normalize(entry.Value, nameof(entry)),
        Description = entry.Description,
        Category = entry.Category,
        IsSensitive = entry.IsSensitive,
        IsRuntimeConfigurable = entry.IsRuntimeConfigurable,
        UpdatedBy = entry.UpdatedBy,
        CreatedAt = StoredTime.Normalize(entry.CreatedAt),
        UpdatedAt = StoredTime.Normalize(entry.UpdatedAt),
        Version = entry.Version,
    };

    /// <summary>Makes the entry of a row.</summary>
    /// <param name="entity">The row.</param>
    /// <param name="overridesSensitive">Whether the row overrides a sensitive value.</param>
    /// <param name="reveal">Whether a sensitive value is given in the clear.</param>
    public static SystemConfigEntry ToRecord(SystemConfigEntity entity, bool overridesSensitive, bool reveal)
    {
        var sensitive = entity.IsSensitive || overridesSensitive;
        return new SystemConfigEntry
        {
            Id = entity.Id,
            Tenant = new TenantId(entity.TenantId),
            Key = entity.Key,
            Value = sensitive && !reveal ? null : entity.Value,
            Description = entity.Description,
            Category = entity.Category,
            IsSensitive = sensitive,
            IsRuntimeConfigurable = entity.IsRuntimeConfigurable,
            UpdatedBy = entity.UpdatedBy,
            CreatedAt = entity.CreatedAt,
            UpdatedAt = entity.UpdatedAt,
            Version = entity.Version,
        };
    }
}
