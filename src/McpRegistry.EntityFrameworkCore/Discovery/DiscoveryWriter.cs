using McpRegistry.Discovery;
using McpRegistry.EntityFrameworkCore.Servers;
using McpRegistry.EntityFrameworkCore.Storage;
using McpRegistry.Servers;
using McpRegistry.Storage;
using McpRegistry.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace McpRegistry.EntityFrameworkCore.Discovery;

/// <summary>Saves one report: the server's health, the report itself and, when it has them, the items.</summary>
internal sealed class DiscoveryWriter(TenantId tenant, Guid serverId, TimeProvider time)
{
    public async Task<StoreResult<CatalogueChange>> SaveAsync(
        RegistryDbContext context, DiscoveryReport report, CancellationToken cancellationToken)
    {
        // First, because it locks the server's row: a second discovery of the same server waits here and then sees our rows.
        var row = new DiscoveryEntity { TenantId = tenant.Value, ServerId = serverId };
        DiscoveryMapper.Apply(row, report);
        var servers = await context.Servers
            .Where(x => x.TenantId == tenant.Value && x.Id == serverId)
            .ExecuteUpdateAsync(set => set.SetProperty(x => x.LastHealthCheck, row.CompletedAt), cancellationToken)
            .ConfigureAwait(false);
        if (servers == 0)
        {
            return StoreResult<CatalogueChange>.NotFound();
        }

        // What an operator says of it stands above what it says of itself.
        await context.Servers
            .Where(x => x.TenantId == tenant.Value && x.Id == serverId && x.HealthStatus != ServerHealth.Maintenance)
            .ExecuteUpdateAsync(
                set => set.SetProperty(x => x.HealthStatus, row.HealthStatus).SetProperty(x => x.HealthRank, ServerOrder.RankOf(row.HealthStatus)),
                cancellationToken)
            .ConfigureAwait(false);
        if (!await SaveReportAsync(context, row, report, cancellationToken).ConfigureAwait(false))
        {
            return StoreResult<CatalogueChange>.Stale();
        }

        var change = report.HasItems ? await SaveItemsAsync(context, report, cancellationToken).ConfigureAwait(false) : default;
        await context.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
        return StoreResult<CatalogueChange>.Success(change);
    }

    /// <summary>False when a newer report is stored: two replicas may read a server at once, and the slower one ends later.</summary>
    private async Task<bool> SaveReportAsync(RegistryDbContext context, DiscoveryEntity row, DiscoveryReport report, CancellationToken cancellationToken)
    {
        var stored = await context.Discoveries
            .SingleOrDefaultAsync(x => x.TenantId == tenant.Value && x.ServerId == serverId, cancellationToken)
            .ConfigureAwait(false);
        if (stored is null)
        {
            context.Discoveries.Add(row);
            return true;
        }

        if (stored.CompletedAt > row.CompletedAt)
        {
            return false;
        }

        DiscoveryMapper.Apply(stored, report);
        return true;
    }

    private async Task<CatalogueChange> SaveItemsAsync(RegistryDbContext context, DiscoveryReport report, CancellationToken cancellationToken)
    {
        CatalogueChange[] changes =
        [
            await ApplyAsync(CatalogueItemKind.Tool, item => new ToolEntity { Key = item.Key, KeyHash = TextHash.Of(item.Key), Json = [] }).ConfigureAwait(false),
            await ApplyAsync(CatalogueItemKind.Resource, item => new ResourceEntity { Key = item.Key, KeyHash = TextHash.Of(item.Key), Json = [] }).ConfigureAwait(false),
            await ApplyAsync(CatalogueItemKind.ResourceTemplate, item => new ResourceTemplateEntity { Key = item.Key, KeyHash = TextHash.Of(item.Key), Json = [] }).ConfigureAwait(false),
            await ApplyAsync(CatalogueItemKind.Prompt, item => new PromptEntity { Key = item.Key, KeyHash = TextHash.Of(item.Key), Json = [] }).ConfigureAwait(false),
        ];
        return new CatalogueChange(changes.Sum(x => x.Added), changes.Sum(x => x.Changed), changes.Sum(x => x.Removed));

        Task<CatalogueChange> ApplyAsync<T>(CatalogueItemKind kind, Func<CatalogueItem, T> create)
            where T : CatalogueEntity =>
            new CatalogueWriter<T>(tenant, serverId, item => Fill(create(item), item))
                .ApplyAsync(context, report.Items.Where(item => item.Kind == kind), cancellationToken);
    }

    private T Fill<T>(T entity, CatalogueItem item)
        where T : CatalogueEntity
    {
        entity.Id = Guid.CreateVersion7(time.GetUtcNow());
        entity.TenantId = tenant.Value;
        entity.ServerId = serverId;
        CatalogueMapper.Apply(entity, item);
        return entity;
    }
}
