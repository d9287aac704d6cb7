using McpRegistry.Discovery;
using McpRegistry.Tenancy;

namespace McpRegistry.EntityFrameworkCore.Discovery;

/// <summary>
/// Chooses for each part of the servers how it is searched. Walking them in order stops when the page is full, which is
/// soon when many of them fit; starting from the rows of the rarest value reads all of these, which is little when they
/// are few. Neither database can tell: they know how frequent a value is, not how often two of them meet.
/// </summary>
internal sealed class SearchPlanner(TimeProvider time)
{
    /// <summary>So few rows are read before a walk would have found anything out.</summary>
    private const int Few = 50;

    /// <summary>
    /// So many rows of a value are read in the time of one visit, because they lie side by side in an index. Measured; only
    /// where both ways take about the same does it decide anything.
    /// </summary>
    private const double RowsPerVisit = 4;

    private readonly TermCounts _counts = new(time);

    public async ValueTask<SearchPlan> ChooseAsync(
        RegistryDbContext context, TenantId tenant, ServerQuery query, CancellationToken cancellationToken)
    {
        var terms = SearchTerm.Of(query);
        var branches = new List<(SearchBranch, SearchTerm?)>();
        foreach (var branch in Enum.GetValues<SearchBranch>())
        {
            if (branch != SearchBranch.Global || tenant != TenantId.Global)
            {
                var scope = branch switch { SearchBranch.Own => tenant.Value, SearchBranch.Global => TenantId.Global.Value, _ => (Guid?)null };
                branches.Add((branch, await ChooseAsync(context, scope, terms, query, cancellationToken).ConfigureAwait(false)));
            }
        }

        return new SearchPlan(terms, [.. branches]);
    }

    private async ValueTask<SearchTerm?> ChooseAsync(
        RegistryDbContext context, Guid? scope, SearchTerm[] terms, ServerQuery query, CancellationToken cancellationToken)
    {
        if (terms.Length == 0)
        {
            return null;
        }

        var counts = await _counts
            .GetAsync(context, [new CountQuery(scope), .. terms.Select(term => new CountQuery(scope, term))], cancellationToken)
            .ConfigureAwait(false);
        var servers = counts[0];
        var rarest = Enumerable.Range(0, terms.Length).MinBy(i => counts[i + 1]);
        var rows = counts[rarest + 1];
        if (rows <= Few)
        {
            return terms[rarest];
        }

        var both = terms.Length == 1
            ? rows
            : (await _counts.GetAsync(context, [new CountQuery(scope, terms)], cancellationToken).ConfigureAwait(false))[0];
        return Walk(servers, both, query) < (rows / RowsPerVisit) + both ? null : terms[rarest];
    }

    /// <summary>Estimates how many servers a walk visits until the page is full.</summary>
    private static double Walk(int servers, int fitting, ServerQuery query)
    {
        var canStop = query.Sort == ServerSort.Discovery && query is { Descending: false, Owner: null, Text: null, Resources.IsEmpty: true };
        return canStop && fitting > 0 ? Math.Min(servers, (double)servers * query.Limit / fitting) : servers;
    }
}
