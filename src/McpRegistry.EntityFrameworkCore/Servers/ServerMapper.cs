using McpRegistry.EntityFrameworkCore.Storage;
using McpRegistry.Servers;
using McpRegistry.Tenancy;

namespace McpRegistry.EntityFrameworkCore.Servers;

internal static class ServerMapper
{
    /// <summary>Brings a definition into the shape in which it will be read back.</summary>
    public static RegisteredServer Normalize(RegisteredServer server) => server with
    {
        Tags = server.Tags.IsDefault ? [] : server.Tags,
        CreatedAt = StoredTime.Normalize(server.CreatedAt),
        UpdatedAt = StoredTime.Normalize(server.UpdatedAt),
    };

    /// <summary>Folds case the way an ordinal comparison that ignores case does, in every database alike.</summary>
    public static string NameKey(string name) => name.ToUpperInvariant();

    /// <summary>Folds case for a search as <see cref="NameKey"/> does.</summary>
    public static string? DescriptionKey(string? description) => description?.ToUpperInvariant();

    public static ServerEntity ToEntity(RegisteredServer server) => new()
    {
        Id = server.Id,
        TenantId = server.Tenant.Value,
        Name = server.Name,
        NameKey = NameKey(server.Name),
        Alias = server.Alias,
        Description = server.Description,
        DescriptionKey = DescriptionKey(server.Description),
        Tags = [.. server.Tags],
        Origin = server.Origin,
        Isolation = server.Isolation,
        OwnerId = server.Owner,
        Visibility = server.Visibility,
        Enabled = server.Enabled,
        Credential = CredentialDocument.Of(server.Credential),
        HealthStatus = HealthOf(server),
        HealthRank = ServerOrder.RankOf(HealthOf(server)),
        ResponseOrder = ServerOrder.Unmeasured,
        CreatedAt = server.CreatedAt,
        UpdatedAt = server.UpdatedAt,
        Version = server.Version,
    };

    private static ServerHealth HealthOf(RegisteredServer server) => server.InMaintenance ? ServerHealth.Maintenance : ServerHealth.Unknown;

    public static IEnumerable<ServerTagEntity> ToTags(RegisteredServer server) => server.Tags
        .Distinct(StringComparer.Ordinal)
        .Select(tag => new ServerTagEntity { TenantId = server.Tenant.Value, ServerId = server.Id, Tag = tag });

    public static RegisteredServer ToRecord(ServerEntity entity, IEnumerable<EndpointEntity> endpoints) => new()
    {
        Id = entity.Id,
        Tenant = new TenantId(entity.TenantId),
        Name = entity.Name,
        Alias = entity.Alias,
        Description = entity.Description,
        Tags = [.. entity.Tags],
        Origin = entity.Origin,
        Isolation = entity.Isolation,
        Owner = entity.OwnerId,
        Visibility = entity.Visibility,
        Enabled = entity.Enabled,
        InMaintenance = entity.HealthStatus == ServerHealth.Maintenance,
        Credential = entity.Credential?.ToRecord(),
        Endpoints = [.. endpoints.OrderBy(endpoint => endpoint.Ordinal).Select(EndpointMapper.ToRecord)],
        CreatedAt = entity.CreatedAt,
        UpdatedAt = entity.UpdatedAt,
        Version = entity.Version,
    };
}
