using System.Collections.Immutable;
using McpRegistry.Discovery;
using McpRegistry.EntityFrameworkCore.Servers;
using McpRegistry.EntityFrameworkCore.Storage;
using Microsoft.EntityFrameworkCore;

namespace McpRegistry.EntityFrameworkCore.Discovery;

/// <summary>Adds to the servers of a page those of their items that the query names: a statement for each kind that it names.</summary>
internal sealed class MatchReader(RegistryDbContext context, ServerQuery query, SearchConditions conditions)
{
    private readonly List<(Guid ServerId, CatalogueItem Item)> _items = [];

    public async Task<ImmutableArray<FoundServer>> CompleteAsync(ImmutableArray<FoundServer> servers, CancellationToken cancellationToken)
    {
        var ids = servers.Select(found => found.Stored.Server.Id).ToArray();
        if (!query.Tools.IsEmpty)
        {
            await AddAsync(CatalogueItemKind.Tool, Named<ToolEntity>(ids, query.Tools), cancellationToken).ConfigureAwait(false);
        }

        if (!query.Prompts.IsEmpty)
        {
            await AddAsync(CatalogueItemKind.Prompt, Named<PromptEntity>(ids, query.Prompts), cancellationToken).ConfigureAwait(false);
        }

        if (!query.Resources.IsEmpty)
        {
            await AddAsync(CatalogueItemKind.Resource, Containing<ResourceEntity>(ids, "server_resources"), cancellationToken).ConfigureAwait(false);
            await AddAsync(CatalogueItemKind.ResourceTemplate, Containing<ResourceTemplateEntity>(ids, "server_resource_templates"), cancellationToken)
                .ConfigureAwait(false);
        }

        var matches = _items.ToLookup(row => row.ServerId, row => row.Item);
        return [.. servers.Select(found => found with { Matches = Sort(matches[found.Stored.Server.Id]) })];
    }

    private static ImmutableArray<CatalogueItem> Sort(IEnumerable<CatalogueItem> items) =>
        [.. items.OrderBy(item => item.Kind).ThenBy(item => item.Ordinal).ThenBy(item => item.Key, StringComparer.Ordinal)];

    private IQueryable<T> Named<T>(Guid[] ids, ImmutableArray<string> names)
        where T : CatalogueEntity
    {
        var hashes = names.Select(TextHash.Of).ToArray();
        return context.ChildrenOf<T>(ids).Where(x => hashes.Contains(x.KeyHash));
    }

    private IQueryable<T> Containing<T>(Guid[] ids, string table)
        where T : CatalogueEntity
    {
        var sql = new SqlText().Add("SELECT x.* FROM ").Add(table).Add(" AS x WHERE ");
        conditions.AddUri(sql);
        return
            from server in context.Servers.AsNoTracking()
            where ids.Contains(server.Id)
            join item in context.Set<T>().FromSqlRaw(sql.ToString(), sql.Values).AsNoTracking()
                on new { server.TenantId, server.Id } equals new { item.TenantId, Id = item.ServerId }
            select item;
    }

    private async Task AddAsync<T>(CatalogueItemKind kind, IQueryable<T> rows, CancellationToken cancellationToken)
        where T : CatalogueEntity
    {
        var found = await rows.ToListAsync(cancellationToken).ConfigureAwait(false);
        _items.AddRange(found.Select(row => (row.ServerId, CatalogueMapper.ToRecord(kind, row))));
    }
}
