using System.Collections.Frozen;
using System.Runtime.CompilerServices;
using McpRegistry.Discovery;
using McpRegistry.Protocol;

namespace McpRegistry.Snapshots;

/// <summary>The tools of one catalogue that want arguments mirrored into headers. Nearly always there are none.</summary>
internal sealed class AnnotatedTools
{
    /// <summary>Reports outlive snapshots: a new state of one server must not have the schemas of all others read again.</summary>
    private static readonly ConditionalWeakTable<DiscoveryReport, AnnotatedTools> Known = [];

    private readonly FrozenDictionary<string, ParameterHeaders> _byName;

    private AnnotatedTools(DiscoveryReport report)
    {
        var found = new Dictionary<string, ParameterHeaders>(StringComparer.Ordinal);
        foreach (var item in report.Items)
        {
            if (item.Kind == CatalogueItemKind.Tool && ParameterHeaders.Of(item.Json.Span, out _) is { } parameters)
            {
                found.TryAdd(item.Key, parameters);
            }
        }

        _byName = found.ToFrozenDictionary(StringComparer.Ordinal);
    }

    /// <summary>Finds what a tool wants mirrored; null when that is nothing, or cannot be done by its rules.</summary>
    /// <param name="report">The catalogue; null has no tools.</param>
    /// <param name="name">The tool's name at its server.</param>
    public static ParameterHeaders? Find(DiscoveryReport? report, string? name)
    {
        if (report is null || name is null)
        {
            return null;
        }

        var tools = Known.GetValue(report, static key => new AnnotatedTools(key));
        return tools._byName.GetValueOrDefault(name);
    }
}
