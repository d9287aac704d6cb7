using McpRegistry.Servers;
using McpRegistry.Storage;
using McpRegistry.Tenancy;

namespace McpRegistry.Discovery;

/// <summary>Looks at every server for every query: what it answers is right, and how fast does not matter.</summary>
internal sealed class InMemoryServerSearch(InMemoryDatabase database, InMemoryServerTable table) : IServerSearch
{
    public ValueTask<ServerPage> FindAsync(TenantId tenant, ServerQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentOutOfRangeException.ThrowIfLessThan(query.Limit, 1, nameof(query));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(query.Limit, ServerQuery.LargestLimit, nameof(query));
        if (query.After is { } after && after.Sort != query.Sort)
        {
            throw new ArgumentException("The position belongs to another order than that of the query.", nameof(query));
        }

        return cancellationToken.IsCancellationRequested
            ? ValueTask.FromCanceled<ServerPage>(cancellationToken)
            : ValueTask.FromResult(Find(new ServerFilter(tenant, query), query));
    }

    private ServerPage Find(ServerFilter filter, ServerQuery query)
    {
        var order = new ServerSearchOrder(query.Sort, query.Descending);
        FoundServer[] all;
        lock (database.Gate)
        {
            all = [.. table.All.Where(filter.Fits).Select(stored => Found_NeedsLock(stored, filter, query))];
        }

        var rest = all
            .Select(found => (Found: found, Place: order.PlaceOf(found)))
            .Where(row => query.After is null || order.Compare(row.Place, query.After) > 0)
            .OrderBy(row => row.Place, order)
            .Take(query.Limit + 1)
            .ToArray();
        var next = rest.Length > query.Limit ? rest[query.Limit - 1].Place : null;
        return new ServerPage(
            [.. rest.Take(query.Limit).Select(row => row.Found)], next, query.IncludeTotal ? all.Length : null);
    }

    private FoundServer Found_NeedsLock(StoredServer stored, ServerFilter filter, ServerQuery query) => new(
        stored with { Discovery = stored.Discovery is { } report ? report with { Items = [] } : null },
        ServerFilter.HealthOf(stored),
        table.StatisticsOf(stored.Server.Id),
        query.IncludeMatches ? filter.MatchesOf(stored) : []);
}
