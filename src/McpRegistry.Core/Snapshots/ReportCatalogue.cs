using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using McpRegistry.Discovery;

namespace McpRegistry.Snapshots;

/// <summary>What the merged lists have of one report, in its own order.</summary>
internal sealed class ReportCatalogue
{
    /// <summary>Reports outlive snapshots: a new state of one server must not have the catalogues of all others read again.</summary>
    private static readonly ConditionalWeakTable<DiscoveryReport, ReportCatalogue> Known = [];

    private readonly DiscoveryReport _report;
    private Named? _named;

    private ReportCatalogue(DiscoveryReport report)
    {
        _report = report;
        Resources = [.. Of(CatalogueItemKind.Resource).Select(ExposedItem.Own)];
        ResourceTemplates = [.. Of(CatalogueItemKind.ResourceTemplate).Select(ExposedItem.Own)];
        Templates = new TemplateIndex(ResourceTemplates.Select(static template => template.Name));
        Schemes = Resources.Concat(ResourceTemplates).Select(static item => SchemeOf(item.Name)).ToHashSet(StringComparer.OrdinalIgnoreCase);
    }

    public ImmutableArray<ExposedItem> Resources { get; }

    public ImmutableArray<ExposedItem> ResourceTemplates { get; }

    public TemplateIndex Templates { get; }

    /// <summary>Gets the schemes of resources and templates, each once.</summary>
    public IReadOnlyCollection<string> Schemes { get; }

    public static ReportCatalogue Of(DiscoveryReport report) => Known.GetValue(report, static key => new ReportCatalogue(key));

    /// <summary>Returns the tools that can be called, under their names of the merged endpoint.</summary>
    public ImmutableArray<ExposedItem> Tools(string alias) => NamedFor(alias).Tools;

    /// <summary>Returns the prompts under their names of the merged endpoint.</summary>
    public ImmutableArray<ExposedItem> Prompts(string alias) => NamedFor(alias).Prompts;

    public static string SchemeOf(string uri)
    {
        var colon = uri.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 ? "" : uri[..colon];
    }

    /// <summary>A server is hardly ever renamed, so the names of its last alias are all that is kept.</summary>
    private Named NamedFor(string alias)
    {
        var known = _named;
        if (known is null || !string.Equals(known.Alias, alias, StringComparison.Ordinal))
        {
            var traits = ToolTraits.Of(_report);
            var tools = Of(CatalogueItemKind.Tool).Where(tool => !traits.IsHidden(tool.Key));
            _named = known = new Named(alias, Under(alias, tools), Under(alias, Of(CatalogueItemKind.Prompt)));
        }

        return known;
    }

    /// <summary>Two names that meet in one hash: the first in the server's order keeps it. Names of two servers cannot meet.</summary>
    private ImmutableArray<ExposedItem> Under(string alias, IEnumerable<CatalogueItem> items) =>
        [.. items.Select(item => ExposedItem.Named(_report, item, alias)).DistinctBy(static item => item.Name, StringComparer.Ordinal)];

    private IEnumerable<CatalogueItem> Of(CatalogueItemKind kind) =>
        _report.Items.Where(item => item.Kind == kind).OrderBy(static item => item.Ordinal);

    private sealed record Named(string Alias, ImmutableArray<ExposedItem> Tools, ImmutableArray<ExposedItem> Prompts);
}
