using McpRegistry.Discovery;
using McpRegistry.EntityFrameworkCore.Servers;
using McpRegistry.EntityFrameworkCore.Storage;
using McpRegistry.Servers;
using McpRegistry.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace McpRegistry.EntityFrameworkCore.Discovery;

internal sealed class EntityFrameworkServerSearch(RegistryDatabase database, TimeProvider time) : IServerSearch
{
    private readonly SearchPlanner _planner = new(time);

    public async ValueTask<ServerPage> FindAsync(TenantId tenant, ServerQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentOutOfRangeException.ThrowIfLessThan(query.Limit, 1, nameof(query));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(query.Limit, ServerQuery.LargestLimit, nameof(query));
        if (query.After is { } after && after.Sort != query.Sort)
        {
            throw new ArgumentException("The position belongs to another order than that of the query.", nameof(query));
        }

        cancellationToken.ThrowIfCancellationRequested();
        var context = await database.OpenAsync(cancellationToken).ConfigureAwait(false);
        await using var contextScope = context.ConfigureAwait(false);
        var plan = await _planner.ChooseAsync(context, tenant, query, cancellationToken).ConfigureAwait(false);
        var writer = new SearchWriter(tenant, query, database.Provider.Search);
        if (!query.IncludeMatches && !query.IncludeTotal)
        {
            return await ReadPageAsync(context, writer, plan, query, cancellationToken).ConfigureAwait(false);
        }

        var transaction = await database.BeginReadAsync(context, cancellationToken).ConfigureAwait(false);
        await using var transactionScope = transaction.ConfigureAwait(false);
        var page = await ReadPageAsync(context, writer, plan, query, cancellationToken).ConfigureAwait(false);
        if (query.IncludeTotal)
        {
            page = page with { Total = await CountAsync(context, writer.WriteTotal(plan), cancellationToken).ConfigureAwait(false) };
        }

        if (query.IncludeMatches)
        {
            var reader = new MatchReader(context, query, writer.Conditions);
            page = page with { Servers = await reader.CompleteAsync(page.Servers, cancellationToken).ConfigureAwait(false) };
        }

        return page;
    }

    private static async Task<ServerPage> ReadPageAsync(
        RegistryDbContext context, SearchWriter writer, SearchPlan plan, ServerQuery query, CancellationToken cancellationToken)
    {
        var sql = writer.WritePage(plan);
        var rows = await SearchRows
            .Of(context, sql, query)
            .ToListAsync(cancellationToken)
            .ConfigureAwait(false);
        var found = rows.GroupBy(row => row.Server.Id).Select(SearchRows.ToRecord).ToArray();
        if (found.Length <= query.Limit)
        {
            return new ServerPage([.. found], null, null);
        }

        var last = rows.First(row => row.Server.Id == found[query.Limit - 1].Stored.Server.Id).Server;
        return new ServerPage([.. found.Take(query.Limit)], writer.Order.PositionOf(last), null);
    }

    private static Task<long> CountAsync(RegistryDbContext context, SqlText sql, CancellationToken cancellationToken) =>
        context.Database.SqlQueryRaw<long>(sql.ToString(), sql.Values).SingleAsync(cancellationToken);
}
