using System.Collections.Frozen;
using System.Runtime.CompilerServices;
using McpRegistry.Discovery;
using McpRegistry.Routing.Conditions;
using McpRegistry.Snapshots;

namespace McpRegistry.Routing;

/// <summary>What a server offers, by its own names, in the form in which targets of rules are checked. Made for targets only.</summary>
internal sealed class OfferedItems
{
    /// <summary>Reports outlive snapshots: a new state of one server must not have the catalogues of all others read again.</summary>
    private static readonly ConditionalWeakTable<DiscoveryReport, OfferedItems> Known = [];

    private readonly FrozenSet<string> _tools;
    private readonly FrozenSet<string> _prompts;
    private readonly FrozenSet<string> _resources;
    private readonly FrozenSet<string> _templates;
    private readonly TemplateIndex _expansions;

    private OfferedItems(DiscoveryReport report)
    {
        var traits = ToolTraits.Of(report);
        _tools = Of(report, CatalogueItemKind.Tool).Where(tool => !traits.IsHidden(tool)).ToFrozenSet(StringComparer.Ordinal);
        _prompts = Of(report, CatalogueItemKind.Prompt).ToFrozenSet(StringComparer.Ordinal);
        _resources = Of(report, CatalogueItemKind.Resource).Concat(traits.Interfaces).ToFrozenSet(StringComparer.Ordinal);
        _templates = Of(report, CatalogueItemKind.ResourceTemplate).ToFrozenSet(StringComparer.Ordinal);
        _expansions = ReportCatalogue.Of(report).Templates;
    }

    public static OfferedItems Of(DiscoveryReport report) => Known.GetValue(report, static key => new OfferedItems(key));

    /// <summary>Tells whether the server has an item; what a template of its expands to counts as its resource.</summary>
    public bool Has(RouteField kind, string name) => kind switch
    {
        RouteField.Tool => _tools.Contains(name),
        RouteField.Prompt => _prompts.Contains(name),
        _ => _resources.Contains(name) || _templates.Contains(name) || _expansions.Find(name) is not null,
    };

    private static IEnumerable<string> Of(DiscoveryReport report, CatalogueItemKind kind) =>
        report.Items.Where(item => item.Kind == kind).Select(static item => item.Key);
}
