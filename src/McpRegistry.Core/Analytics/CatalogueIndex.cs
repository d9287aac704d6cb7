using System.Collections.Frozen;
using System.Runtime.CompilerServices;
using McpRegistry.Discovery;
using McpRegistry.Protocol;
using McpRegistry.Snapshots;

namespace McpRegistry.Analytics;

/// <summary>Finds the item of a server that a call was about. What a server does not list is not counted, whatever clients invent.</summary>
internal sealed class CatalogueIndex
{
    private static readonly ConditionalWeakTable<DiscoveryReport, CatalogueIndex> Indexes = [];

    private readonly FrozenSet<(CatalogueItemKind Kind, string Key)> _items;
    private readonly TemplateIndex _templates;

    private CatalogueIndex(DiscoveryReport report)
    {
        _items = report.Items.Select(item => (item.Kind, item.Key)).ToFrozenSet();
        _templates = ReportCatalogue.Of(report).Templates;
    }

    /// <summary>Finds the item; null when the call was about none.</summary>
    public static (UsageSubject Subject, string Key)? Find(in CallRecord record)
    {
        if (record.TargetName is not { } name || record.Server?.Report is not { } report)
        {
            return null;
        }

        var index = Indexes.GetValue(report, static report => new CatalogueIndex(report));
        return record.McpMethod switch
        {
            McpMethod.ToolsCall => index.Listed(CatalogueItemKind.Tool, UsageSubject.Tool, name),
            McpMethod.PromptsGet => index.Listed(CatalogueItemKind.Prompt, UsageSubject.Prompt, name),
            McpMethod.ResourcesRead => index.Listed(CatalogueItemKind.Resource, UsageSubject.Resource, name) ?? index.Template(name),
            _ => null,
        };
    }

    private (UsageSubject Subject, string Key)? Listed(CatalogueItemKind kind, UsageSubject subject, string key) =>
        _items.Contains((kind, key)) ? (subject, key) : null;

    private (UsageSubject Subject, string Key)? Template(string uri) => _templates.Find(uri) is { } key ? (UsageSubject.ResourceTemplate, key) : null;
}
