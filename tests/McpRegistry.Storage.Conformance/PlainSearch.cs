using System.Text;
using McpRegistry.Discovery;
using McpRegistry.Servers;
using McpRegistry.Tenancy;

namespace McpRegistry.Storage.Conformance;

/// <summary>
/// The rules of <see cref="IServerSearch"/> once more, as one LINQ expression over a list: what a store answers must be
/// the same. It knows no halves of characters; the suite shows those one by one.
/// </summary>
internal sealed class PlainSearch
{
    private static readonly ServerHealth[] BestFirst =
        [ServerHealth.Healthy, ServerHealth.Degraded, ServerHealth.Unknown, ServerHealth.Maintenance, ServerHealth.Unhealthy];

    public List<(RegisteredServer Server, DiscoveryReport? Report, ServerStatistics Statistics)> Servers { get; } = [];

    /// <summary>Finds the ids of all servers that fit, in order; limit and position are left to the caller.</summary>
    public Guid[] Find(TenantId tenant, ServerQuery query)
    {
        var fitting =
            from row in Servers
            let server = row.Server
            let health = row.Report?.Health ?? ServerHealth.Unknown
            let items = row.Report is null ? [] : row.Report.Items.ToArray()
            let tools = items.Where(item => item.Kind == CatalogueItemKind.Tool).Select(item => item.Key).ToHashSet(StringComparer.Ordinal)
            let prompts = items.Where(item => item.Kind == CatalogueItemKind.Prompt).Select(item => item.Key).ToHashSet(StringComparer.Ordinal)
            let uris = items.Where(item => item.Kind is CatalogueItemKind.Resource or CatalogueItemKind.ResourceTemplate).Select(item => item.Key)
            where server.Tenant == tenant || server.Tenant == TenantId.Global || server.Visibility == ServerVisibility.Public
            where server.Visibility != ServerVisibility.Private || (query.Viewer is not null && server.Owner == query.Viewer)
            where server.Enabled || query.IncludeDisabled
            where tools.IsSupersetOf(query.Tools)
            where prompts.IsSupersetOf(query.Prompts)
            where server.Tags.ToHashSet(StringComparer.Ordinal).IsSupersetOf(query.Tags)
            where query.Resources.IsEmpty || query.Resources.Any(part => uris.Any(uri => uri.Contains(part, StringComparison.Ordinal)))
            where query.Health.IsEmpty || query.Health.Contains(health)
            where query.Transport is null || server.Endpoints.Any(endpoint => endpoint.Transport == query.Transport)
            where query.Owner is null || server.Owner == query.Owner
            where query.Text is null
                || server.Name.ToUpperInvariant().Contains(query.Text.ToUpperInvariant(), StringComparison.Ordinal)
                || (server.Description ?? "\uFFFF").ToUpperInvariant().Contains(query.Text.ToUpperInvariant(), StringComparison.Ordinal)
            select (server.Id, Value: Value(query.Sort, server, health, row.Statistics), Name: NameBytes(server));
        var found = fitting
            .OrderBy(x => x.Value)
            .ThenBy(x => x.Name, StringComparer.Ordinal)
            .ThenBy(x => $"{x.Id}", StringComparer.Ordinal)
            .Select(x => x.Id)
            .ToArray();
        return query.Descending ? [.. found.Reverse()] : found;
    }

    /// <summary>Hex digits in the order of the bytes, which is that of the code points.</summary>
    private static string NameBytes(RegisteredServer server) => Convert.ToHexString(Encoding.UTF8.GetBytes(server.Name.ToUpperInvariant()));

    private static (long, double) Value(ServerSort sort, RegisteredServer server, ServerHealth health, ServerStatistics statistics) => sort switch
    {
        ServerSort.Discovery => (Array.IndexOf(BestFirst, health), statistics.AverageResponseTime ?? double.PositiveInfinity),
        ServerSort.Created => (server.CreatedAt.UtcTicks, 0),
        ServerSort.Updated => (server.UpdatedAt.UtcTicks, 0),
        ServerSort.LastUsed => (statistics.LastUsedAt?.UtcTicks ?? long.MinValue, 0),
        ServerSort.RequestCount => (statistics.RequestCount, 0),
        _ => (0, 0),
    };
}
