using System.Collections.Frozen;
using System.Runtime.CompilerServices;
using McpRegistry.Discovery;
using McpRegistry.Protocol;

namespace McpRegistry.Snapshots;

/// <summary>The tools of one catalogue whose output legacy clients know as a member of an object. Nearly always there are none.</summary>
internal sealed class WrappedOutputs
{
    private static readonly ConditionalWeakTable<DiscoveryReport, WrappedOutputs> Known = [];

    private readonly FrozenSet<string> _names;

    private WrappedOutputs(DiscoveryReport report) => _names = report.Items
        .Where(static item => item.Kind == CatalogueItemKind.Tool && LegacyOutput.IsWrapped(item.Json.Span))
        .Select(static item => item.Key)
        .ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Tells whether a tool of a modern server is one of them.</summary>
    /// <param name="report">The catalogue; null has no tools.</param>
    /// <param name="name">The tool's name at its server.</param>
    public static bool Has(DiscoveryReport? report, string? name) =>
        report is not null && name is not null && Known.GetValue(report, static key => new WrappedOutputs(key))._names.Contains(name);
}
