using McpRegistry.Discovery;
using McpRegistry.EntityFrameworkCore.Discovery;
using McpRegistry.EntityFrameworkCore.Storage;
using McpRegistry.Servers;
using Microsoft.EntityFrameworkCore;

namespace McpRegistry.EntityFrameworkCore.Servers;

/// <summary>Completes server rows with what hangs on them: a fixed number of queries for any number of servers.</summary>
internal static class StoredServerReader
{
    public static async Task<IReadOnlyList<StoredServer>> CompleteAsync(
        RegistryDbContext context, IReadOnlyList<ServerEntity> servers, bool withItems, CancellationToken cancellationToken)
    {
        if (servers.Count == 0)
        {
            return [];
        }

        var ids = servers.Select(server => server.Id).ToArray();
        var endpoints = await ReadAsync<EndpointEntity>(context, ids, cancellationToken).ConfigureAwait(false);
        var discoveries = await ReadAsync<DiscoveryEntity>(context, ids, cancellationToken).ConfigureAwait(false);
        var items = withItems
            ? await CatalogueReader.ReadAsync(context, ids, cancellationToken).ConfigureAwait(false)
            : Array.Empty<(Guid ServerId, CatalogueItem Item)>().ToLookup(row => row.ServerId, row => row.Item);

        return
        [
            .. servers.Select(server => new StoredServer(
                ServerMapper.ToRecord(server, endpoints[server.Id]),
                discoveries[server.Id].Select(row => DiscoveryMapper.ToRecord(row, items[server.Id])).FirstOrDefault())),
        ];
    }

    private static async Task<ILookup<Guid, T>> ReadAsync<T>(RegistryDbContext context, Guid[] ids, CancellationToken cancellationToken)
        where T : class, IServerChild
    {
        var rows = await context.ChildrenOf<T>(ids).ToListAsync(cancellationToken).ConfigureAwait(false);
        return rows.ToLookup(row => row.ServerId);
    }
}
