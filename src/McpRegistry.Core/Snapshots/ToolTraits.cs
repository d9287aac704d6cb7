using System.Collections.Frozen;
using System.Runtime.CompilerServices;
using McpRegistry.Discovery;
using McpRegistry.Protocol;
using McpRegistry.Servers;

namespace McpRegistry.Snapshots;

/// <summary>What the tools of one catalogue say of themselves beyond their schemas. Nearly always that is nothing.</summary>
internal sealed class ToolTraits
{
    /// <summary>Reports outlive snapshots: a new state of one server must not have the tools of all others read again.</summary>
    private static readonly ConditionalWeakTable<DiscoveryReport, ToolTraits> Known = [];

    private readonly FrozenSet<string> _taskOnly;
    private readonly FrozenSet<string> _readOnly;

    private ToolTraits(DiscoveryReport report)
    {
        var taskOnly = new HashSet<string>(StringComparer.Ordinal);
        var readOnly = new HashSet<string>(StringComparer.Ordinal);
        var resources = new List<string>();
        foreach (var item in report.Items)
        {
            if (item.Kind != CatalogueItemKind.Tool)
            {
                continue;
            }

            if (report.Era == ProtocolEra.Legacy && ListedTools.IsTaskOnly(item.Json.Span))
            {
                taskOnly.Add(item.Key);
            }

            if (SaysReadOnly(item.Json.Span))
            {
                readOnly.Add(item.Key);
            }

            if (InterfaceOf(item.Json.Span) is { } uri)
            {
                resources.Add(uri);
            }
        }

        _taskOnly = taskOnly.ToFrozenSet(StringComparer.Ordinal);
        _readOnly = readOnly.ToFrozenSet(StringComparer.Ordinal);
        Interfaces = resources;
    }

    /// <summary>Gets the resources that tools name as their user interface (MCP Apps); they need not be in a list.</summary>
    public IReadOnlyList<string> Interfaces { get; }

    /// <summary>Tells whether a legacy server runs a tool as a task only. Tasks of its revision are not relayed, so nobody can call it.</summary>
    public bool IsHidden(string? tool) => tool is not null && _taskOnly.Contains(tool);

    /// <summary>Tells whether a server says of a tool that it changes nothing.</summary>
    public bool IsReadOnly(string tool) => _readOnly.Contains(tool);

    public static ToolTraits Of(DiscoveryReport report) => Known.GetValue(report, static key => new ToolTraits(key));

    private static bool SaysReadOnly(ReadOnlySpan<byte> tool)
    {
        if (tool.IndexOf("readOnlyHint"u8) < 0)
        {
            return false;
        }

        var annotations = JsonMembers.Find(tool, "annotations"u8);
        var hint = annotations.IsMissing ? default : JsonMembers.Find(annotations.Of(tool), "readOnlyHint"u8);
        return !hint.IsMissing && hint.Of(annotations.Of(tool)).SequenceEqual("true"u8);
    }

    private static string? InterfaceOf(ReadOnlySpan<byte> tool)
    {
        if (tool.IndexOf("resourceUri"u8) < 0)
        {
            return null;
        }

        var slice = JsonMembers.Find(tool, "_meta"u8);
        var meta = slice.Of(tool);
        var ui = JsonMembers.Find(meta, "ui"u8);
        return JsonMembers.FindText(ui.Of(meta), "resourceUri"u8) ?? JsonMembers.FindText(meta, "ui/resourceUri"u8);
    }
}
