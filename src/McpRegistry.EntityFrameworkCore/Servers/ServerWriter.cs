using System.Collections.Immutable;
using McpRegistry.Servers;
using McpRegistry.Storage;
using Microsoft.EntityFrameworkCore;

namespace McpRegistry.EntityFrameworkCore.Servers;

/// <summary>
/// The writes of a definition. Each starts with the statement that locks the server's row, so that two writers of one
/// server wait for each other in one order and cannot deadlock.
/// </summary>
internal static class ServerWriter
{
    private const string EndpointsField = "endpoints";

    public static async Task<StoreResult<RegisteredServer>> AddAsync(
        RegistryDbContext context, RegisteredServer server, CancellationToken cancellationToken)
    {
        if (HasRepeats(server.Endpoints))
        {
            return StoreResult<RegisteredServer>.Conflict(EndpointsField);
        }

        if (await IsFullAsync(context, server.Tenant.Value, cancellationToken).ConfigureAwait(false))
        {
            return StoreResult<RegisteredServer>.Conflict(IServerStore.LimitField);
        }

        context.Servers.Add(ServerMapper.ToEntity(server));
        context.Endpoints.AddRange(server.Endpoints.Select(
            (endpoint, ordinal) => EndpointMapper.ToEntity(server.Tenant.Value, server.Id, endpoint, ordinal)));
        context.ServerTags.AddRange(ServerMapper.ToTags(server));
        await context.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
        return StoreResult<RegisteredServer>.Success(server);
    }

    public static async Task<StoreResult<RegisteredServer>> UpdateAsync(
        RegistryDbContext context, RegisteredServer server, CancellationToken cancellationToken)
    {
        var stored = context.Servers.Where(x => x.TenantId == server.Tenant.Value && x.Id == server.Id);
        var entity = ServerMapper.ToEntity(server);
        var rows = await stored
            .Where(x => x.Version == server.Version)
            .ExecuteUpdateAsync(
                set => set
                    .SetProperty(x => x.Name, entity.Name)
                    .SetProperty(x => x.NameKey, entity.NameKey)
                    .SetProperty(x => x.Alias, entity.Alias)
                    .SetProperty(x => x.Description, entity.Description)
                    .SetProperty(x => x.DescriptionKey, entity.DescriptionKey)
                    .SetProperty(x => x.Tags, entity.Tags)
                    .SetProperty(x => x.Origin, entity.Origin)
                    .SetProperty(x => x.Isolation, entity.Isolation)
                    .SetProperty(x => x.OwnerId, entity.OwnerId)
                    .SetProperty(x => x.Visibility, entity.Visibility)
                    .SetProperty(x => x.Enabled, entity.Enabled)
                    .SetProperty(x => x.Credential, entity.Credential)
                    .SetProperty(x => x.UpdatedAt, entity.UpdatedAt)
                    .SetProperty(x => x.Version, x => x.Version + 1),
                cancellationToken)
            .ConfigureAwait(false);
        if (rows == 0)
        {
            return await stored.AnyAsync(cancellationToken).ConfigureAwait(false)
                ? StoreResult<RegisteredServer>.Stale()
                : StoreResult<RegisteredServer>.NotFound();
        }

        if (HasRepeats(server.Endpoints))
        {
            return StoreResult<RegisteredServer>.Conflict(EndpointsField);
        }

        await ChangeHealthAsync(context, stored, server, cancellationToken).ConfigureAwait(false);
        await ChangeEndpointsAsync(context, server, cancellationToken).ConfigureAwait(false);
        await ChangeTagsAsync(context, server, cancellationToken).ConfigureAwait(false);
        await context.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
        var createdAt = await stored.Select(x => x.CreatedAt).SingleAsync(cancellationToken).ConfigureAwait(false);
        return StoreResult<RegisteredServer>.Success(server with { CreatedAt = createdAt, Version = server.Version + 1 });
    }

    /// <summary>Where maintenance begins or ends; then the health is again what was found last.</summary>
    private static async Task ChangeHealthAsync(
        RegistryDbContext context, IQueryable<ServerEntity> stored, RegisteredServer server, CancellationToken cancellationToken)
    {
        var changes = server.InMaintenance
            ? stored.Where(x => x.HealthStatus != ServerHealth.Maintenance)
            : stored.Where(x => x.HealthStatus == ServerHealth.Maintenance);
        if (!await changes.AnyAsync(cancellationToken).ConfigureAwait(false))
        {
            return;
        }

        var health = server.InMaintenance ? ServerHealth.Maintenance
            : await context.Discoveries.Where(x => x.TenantId == server.Tenant.Value && x.ServerId == server.Id)
                .Where(x => x.HealthStatus != ServerHealth.Maintenance).Select(x => x.HealthStatus).SingleOrDefaultAsync(cancellationToken).ConfigureAwait(false);
        await changes.ExecuteUpdateAsync(
            set => set.SetProperty(x => x.HealthStatus, health).SetProperty(x => x.HealthRank, ServerOrder.RankOf(health)),
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The update changes nothing but locks the tenant's row, so that additions of one tenant with a limit wait for each other.</summary>
    private static async Task<bool> IsFullAsync(RegistryDbContext context, Guid tenant, CancellationToken cancellationToken)
    {
        var limited = context.Tenants.Where(x => x.Id == tenant && x.MaxServers != null);
        if (await limited.ExecuteUpdateAsync(set => set.SetProperty(x => x.MaxServers, x => x.MaxServers), cancellationToken).ConfigureAwait(false) == 0)
        {
            return false;
        }

        var limit = await limited.Select(x => x.MaxServers).SingleOrDefaultAsync(cancellationToken).ConfigureAwait(false);
        return await context.Servers.CountAsync(x => x.TenantId == tenant, cancellationToken).ConfigureAwait(false) >= limit;
    }

    private static async Task ChangeTagsAsync(RegistryDbContext context, RegisteredServer server, CancellationToken cancellationToken)
    {
        var left = await context.ServerTags
            .Where(x => x.TenantId == server.Tenant.Value && x.ServerId == server.Id)
            .ToDictionaryAsync(x => x.Tag, StringComparer.Ordinal, cancellationToken)
            .ConfigureAwait(false);
        context.ServerTags.AddRange(ServerMapper.ToTags(server).Where(tag => !left.Remove(tag.Tag)));
        context.ServerTags.RemoveRange(left.Values);
    }

    private static async Task ChangeEndpointsAsync(RegistryDbContext context, RegisteredServer server, CancellationToken cancellationToken)
    {
        var left = await context.Endpoints
            .Where(x => x.TenantId == server.Tenant.Value && x.ServerId == server.Id)
            .ToDictionaryAsync(x => x.Id, cancellationToken)
            .ConfigureAwait(false);
        for (var ordinal = 0; ordinal < server.Endpoints.Length; ordinal++)
        {
            var endpoint = server.Endpoints[ordinal];
            if (left.Remove(endpoint.Id, out var entity))
            {
                EndpointMapper.Apply(entity, endpoint, ordinal);
            }
            else
            {
                context.Endpoints.Add(EndpointMapper.ToEntity(server.Tenant.Value, server.Id, endpoint, ordinal));
            }
        }

        context.Endpoints.RemoveRange(left.Values);
    }

    private static bool HasRepeats(ImmutableArray<ServerEndpoint> endpoints) =>
        endpoints.Select(endpoint => endpoint.Id).Distinct().Count() != endpoints.Length;
}
