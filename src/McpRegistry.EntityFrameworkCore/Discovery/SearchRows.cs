using System.Linq.Expressions;
using McpRegistry.Discovery;
using McpRegistry.EntityFrameworkCore.Servers;
using McpRegistry.Servers;
using Microsoft.EntityFrameworkCore;

namespace McpRegistry.EntityFrameworkCore.Discovery;

/// <summary>Completes the rows of a page in the statement that finds them, and turns them into records.</summary>
internal static class SearchRows
{
    public static IQueryable<SearchRow> Of(RegistryDbContext context, SqlText page, ServerQuery query)
    {
        var rows =
            from server in context.Servers.FromSqlRaw(page.ToString(), page.Values).AsNoTracking()
            join discovery in context.Discoveries.AsNoTracking()
                on new { server.TenantId, server.Id } equals new { discovery.TenantId, Id = discovery.ServerId } into discoveries
            from discovery in discoveries.DefaultIfEmpty()
            join endpoint in context.Endpoints.AsNoTracking()
                on new { server.TenantId, server.Id } equals new { endpoint.TenantId, Id = endpoint.ServerId } into endpoints
            from endpoint in endpoints.DefaultIfEmpty()
            select new SearchRow { Server = server, Discovery = discovery, Endpoint = endpoint };

        // The joins may have shuffled what the page had in order.
        var ordered = query.Sort switch
        {
            ServerSort.Discovery => Then(Then(By(x => x.Server.HealthRank), x => x.Server.ResponseOrder), x => x.Server.NameKey),
            ServerSort.Created => Then(By(x => x.Server.CreatedAt), x => x.Server.NameKey),
            ServerSort.Updated => Then(By(x => x.Server.UpdatedAt), x => x.Server.NameKey),
            ServerSort.LastUsed => Then(Then(By(x => x.Server.LastUsedAt != null), x => x.Server.LastUsedAt), x => x.Server.NameKey),
            ServerSort.RequestCount => Then(By(x => x.Server.RequestCount), x => x.Server.NameKey),
            _ => By(x => x.Server.NameKey),
        };
        return Then(ordered, x => x.Server.Id);

        IOrderedQueryable<SearchRow> By<T>(Expression<Func<SearchRow, T>> key) =>
            query.Descending ? rows.OrderByDescending(key) : rows.OrderBy(key);

        IOrderedQueryable<SearchRow> Then<T>(IOrderedQueryable<SearchRow> first, Expression<Func<SearchRow, T>> key) =>
            query.Descending ? first.ThenByDescending(key) : first.ThenBy(key);
    }

    /// <summary>Makes one record of the rows of one server.</summary>
    public static FoundServer ToRecord(IEnumerable<SearchRow> rows)
    {
        var all = rows.ToArray();
        var server = all[0].Server;
        var report = all[0].Discovery is { } discovery ? DiscoveryMapper.ToRecord(discovery, []) : null;
        var endpoints = all.Select(row => row.Endpoint).OfType<EndpointEntity>();
        return new FoundServer(new StoredServer(ServerMapper.ToRecord(server, endpoints), report), server.HealthStatus, StatisticsOf(server), []);
    }

    private static ServerStatistics StatisticsOf(ServerEntity server) => new()
    {
        AverageResponseTime = server.AvgResponseTime,
        SuccessRate = server.SuccessRate,
        ActiveConnections = server.ActiveConnections,
        RequestCount = server.RequestCount,
        ErrorCount = server.ErrorCount,
        LastUsedAt = server.LastUsedAt,
    };
}
