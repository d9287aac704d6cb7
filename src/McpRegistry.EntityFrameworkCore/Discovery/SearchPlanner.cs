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
        var branches = tenant == TenantId.Global
            ? new[] { SearchBranch.Own, SearchBranch.Public }
            : [SearchBranch.Own, SearchBranch.Global, SearchBranch.Public];
        if (terms.Length == 0)
        {
            return new SearchPlan(terms, [.. branches.Select(branch => (branch, (SearchTerm?)null))]);
        }

        var scopes = branches.Select(branch => ScopeOf(branch, tenant)).ToArray();
        var counts = await _counts
            .GetAsync(
                context,
                [.. scopes.SelectMany(scope => terms.Select(term => new CountQuery(scope, term)).Prepend(new CountQuery(scope)))],
                cancellationToken)
            .ConfigureAwait(false);
        var parts = counts.Chunk(terms.Length + 1).Select((part, i) => new Part(scopes[i], part)).ToArray();
        var open = parts.Where(part => part.Rows > Few).ToArray();
        var fitting = await _counts
            .GetAsync(context, [.. open.Select(part => new CountQuery(part.Scope, terms))], cancellationToken)
            .ConfigureAwait(false);
        var walks = open.Where((part, i) => Visits(part.Servers, fitting[i], query) < (part.Rows / RowsPerVisit) + fitting[i]).ToHashSet();
        return new SearchPlan(terms, [.. branches.Zip(parts, (branch, part) => (branch, walks.Contains(part) ? null : terms[part.Rarest]))]);
    }

    private static Guid? ScopeOf(SearchBranch branch, TenantId tenant) => branch switch
    {
        SearchBranch.Own => tenant.Value,
        SearchBranch.Global => TenantId.Global.Value,
        _ => null,
    };

    /// <summary>Estimates how many servers a walk visits until the page is full.</summary>
    private static double Visits(int servers, int fitting, ServerQuery query)
    {
        var canStop = query.Sort == ServerSort.Discovery && query is { Owner: null, Text: null, Resources.IsEmpty: true };
        return canStop && fitting > 0 ? Math.Min(servers, (double)servers * query.Limit / fitting) : servers;
    }

    /// <summary>What is known of one part: how many servers it has, and then how many have each value.</summary>
    private sealed class Part(Guid? scope, int[] counts)
    {
        public Guid? Scope { get; } = scope;

        public int Servers { get; } = counts[0];

        public int Rarest { get; } = Enumerable.Range(0, counts.Length - 1).MinBy(i => counts[i + 1]);

        public int Rows => counts[Rarest + 1];
    }
}
