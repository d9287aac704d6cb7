using McpRegistry.Protocol;
using McpRegistry.Routing.Conditions;
using McpRegistry.Snapshots;

namespace McpRegistry.Routing;

/// <summary>Tells which calls change nothing, so that they may run a second time somewhere else.</summary>
internal static class MirroredCalls
{
    /// <summary>Tells whether a call may be copied, as far as one of the two servers has a say.</summary>
    /// <param name="facts">The call.</param>
    /// <param name="server">The server.</param>
    public static bool Include(in RouteFacts facts, ServerEntry server) => facts.Method switch
    {
        McpMethod.ToolsCall => facts.Item is { } tool && server.Report is { } report && ToolTraits.Of(report).IsReadOnly(tool),
        McpMethod.PromptsGet or McpMethod.ResourcesRead or McpMethod.Complete => true,
        _ => false,
    };
}
