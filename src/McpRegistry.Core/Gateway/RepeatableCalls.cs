using McpRegistry.Discovery;
using McpRegistry.Protocol;
using McpRegistry.Snapshots;

namespace McpRegistry.Gateway;

/// <summary>Tells which requests do no harm when their server gets them twice (protocol.md 5.2).</summary>
internal static class RepeatableCalls
{
    /// <summary>Tells whether a request may be sent again although it may have run.</summary>
    /// <param name="method">What is asked.</param>
    /// <param name="server">The server that was asked; null when none was.</param>
    /// <param name="name">The item's own name there; null where there is none.</param>
    public static bool Includes(McpMethod method, ServerEntry? server, string? name) => method switch
    {
        McpMethod.ToolsCall => name is not null && server?.Report is { } report && SaysSo(report, name),
        McpMethod.TasksUpdate or McpMethod.TasksCancel => false,
        _ => true,
    };

    /// <summary>Read only when a call has failed or may be hedged, so nothing is kept for it.</summary>
    private static bool SaysSo(DiscoveryReport report, string name)
    {
        foreach (var item in report.Items)
        {
            if (item.Kind == CatalogueItemKind.Tool && string.Equals(item.Key, name, StringComparison.Ordinal))
            {
                var tool = item.Json.Span;
                var annotations = JsonMembers.Find(tool, "annotations"u8);
                return !annotations.IsMissing && (IsTrue(annotations.Of(tool), "readOnlyHint"u8) || IsTrue(annotations.Of(tool), "idempotentHint"u8));
            }
        }

        return false;
    }

    private static bool IsTrue(ReadOnlySpan<byte> annotations, ReadOnlySpan<byte> hint)
    {
        var value = JsonMembers.Find(annotations, hint);
        return !value.IsMissing && value.Of(annotations).SequenceEqual("true"u8);
    }
}
