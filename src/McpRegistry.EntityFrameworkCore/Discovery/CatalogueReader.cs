using McpRegistry.Discovery;
using McpRegistry.EntityFrameworkCore.Servers;
using Microsoft.EntityFrameworkCore;

namespace McpRegistry.EntityFrameworkCore.Discovery;

internal static class CatalogueReader
{
    public static async Task<ILookup<Guid, CatalogueItem>> ReadAsync(RegistryDbContext context, Guid[] serverIds, CancellationToken cancellationToken)
    {
        var rows = new List<(Guid ServerId, CatalogueItem Item)>();
        await AddAsync<ToolEntity>(CatalogueItemKind.Tool).ConfigureAwait(false);
        await AddAsync<ResourceEntity>(CatalogueItemKind.Resource).ConfigureAwait(false);
        await AddAsync<ResourceTemplateEntity>(CatalogueItemKind.ResourceTemplate).ConfigureAwait(false);
        await AddAsync<PromptEntity>(CatalogueItemKind.Prompt).ConfigureAwait(false);
        return rows.ToLookup(row => row.ServerId, row => row.Item);

        async Task AddAsync<T>(CatalogueItemKind kind)
            where T : CatalogueEntity
        {
            var entities = await context.ChildrenOf<T>(serverIds).ToListAsync(cancellationToken).ConfigureAwait(false);
            rows.AddRange(entities.Select(entity => (entity.ServerId, CatalogueMapper.ToRecord(kind, entity))));
        }
    }
}
