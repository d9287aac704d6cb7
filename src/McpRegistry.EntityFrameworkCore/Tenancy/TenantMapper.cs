using McpRegistry.EntityFrameworkCore.Storage;
using McpRegistry.Tenancy;

namespace McpRegistry.EntityFrameworkCore.Tenancy;

internal static class TenantMapper
{
    public static TenantEntity ToEntity(Tenant tenant) => new()
    {
        Id = tenant.Id.Value,
        Slug = tenant.Slug,
        Name = tenant.Name,
        Description = tenant.Description,
        Status = tenant.Status,
        MaxServers = tenant.MaxServers,
        MaxApiKeys = tenant.MaxApiKeys,
        Settings = StoredJson.Normalize(tenant.Settings, nameof(tenant)),
        CreatedAt = StoredTime.Normalize(tenant.CreatedAt),
        UpdatedAt = StoredTime.Normalize(tenant.UpdatedAt),
        Version = tenant.Version,
    };

    public static Tenant ToRecord(TenantEntity entity) => new()
    {
        Id = new TenantId(entity.Id),
        Slug = entity.Slug,
        Name = entity.Name,
        Description = entity.Description,
        Status = entity.Status,
        MaxServers = entity.MaxServers,
        MaxApiKeys = entity.MaxApiKeys,
        Settings = entity.Settings,
        CreatedAt = entity.CreatedAt,
        UpdatedAt = entity.UpdatedAt,
        Version = entity.Version,
    };
}
