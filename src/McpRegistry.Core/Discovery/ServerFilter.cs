using System.Collections.Immutable;
using McpRegistry.Servers;
using McpRegistry.Tenancy;

namespace McpRegistry.Discovery;

/// <summary>Decides for one server whether it meets a query: the rules of <see cref="IServerSearch"/>, one line a rule.</summary>
internal sealed class ServerFilter(TenantId tenant, ServerQuery query)
{
    public bool Fits(StoredServer stored)
    {
        var server = stored.Server;
        return IsVisible(server)
            && (server.Enabled || query.IncludeDisabled)
            && (query.Owner is null || server.Owner == query.Owner)
            && FitsHealth(HealthOf(stored))
            && query.Tags.All(tag => server.Tags.Contains(tag, StringComparer.Ordinal))
            && (query.Transport is null || server.Endpoints.Any(endpoint => endpoint.Transport == query.Transport))
            && (query.Text is null || Mentions(server.Name, query.Text) || Mentions(server.Description, query.Text))
            && FitsItems(ItemsOf(stored));
    }

    /// <summary>Picks the items that the query names.</summary>
    public ImmutableArray<CatalogueItem> MatchesOf(StoredServer stored) => [.. ItemsOf(stored).Where(IsNamed)];

    public static ServerHealth HealthOf(StoredServer stored) => stored.Server.InMaintenance ? ServerHealth.Maintenance : stored.Discovery?.Health ?? ServerHealth.Unknown;

    private static ImmutableArray<CatalogueItem> ItemsOf(StoredServer stored) => stored.Discovery?.Items ?? [];

    private static bool Mentions(string? text, string part) =>
        text is not null && StoredTextOrder.Contains(StoredTextOrder.Fold(text), StoredTextOrder.Fold(part));

    private bool IsVisible(RegisteredServer server) =>
        (server.Tenant == tenant || server.Tenant == TenantId.Global || server.Visibility == ServerVisibility.Public)
        && (server.Visibility != ServerVisibility.Private || (server.Owner is not null && server.Owner == query.Viewer));

    private bool FitsHealth(ServerHealth health) =>
        query.Health.IsEmpty || query.Health.Any(wanted => ServerSearchOrder.RankOf(wanted) == ServerSearchOrder.RankOf(health));

    private bool FitsItems(ImmutableArray<CatalogueItem> items) =>
        query.Tools.All(name => items.Any(item => item.Kind == CatalogueItemKind.Tool && item.Key == name))
        && query.Prompts.All(name => items.Any(item => item.Kind == CatalogueItemKind.Prompt && item.Key == name))
        && (query.Resources.IsEmpty || items.Any(IsNamedResource));

    private bool IsNamed(CatalogueItem item) => item.Kind switch
    {
        CatalogueItemKind.Tool => query.Tools.Contains(item.Key, StringComparer.Ordinal),
        CatalogueItemKind.Prompt => query.Prompts.Contains(item.Key, StringComparer.Ordinal),
        _ => IsNamedResource(item),
    };

    private bool IsNamedResource(CatalogueItem item) =>
        item.Kind is CatalogueItemKind.Resource or CatalogueItemKind.ResourceTemplate
        && query.Resources.Any(part => StoredTextOrder.Contains(item.Key, part));
}
