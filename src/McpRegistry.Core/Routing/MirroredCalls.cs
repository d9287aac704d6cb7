using McpRegistry.Protocol;
using McpRegistry.Snapshots;

namespace McpRegistry.Routing;

/// <summary>Tells which calls change nothing, so that they may run a second time somewhere else.</summary>
internal static class MirroredCalls
{
    /// <summary>Tells whether a call may be copied, as far as one of the two servers has a say.</summary>
    /// <param name="method">The method.</param>
    /// <param name="server">The server.</param>
    /// <param name="tool">The own name of the tool; null for other methods.</param>
    public static bool Include(McpMethod method, ServerEntry server, string? tool) => method switch
    {
        McpMethod.ToolsCall => tool is not null && server.Report is { } report && ToolTraits.Of(report).IsReadOnly(tool),
        McpMethod.PromptsGet or McpMethod.ResourcesRead or McpMethod.Complete => true,
        _ => false,
    };
}
