using McpRegistry.Servers;

namespace McpRegistry.Routing.Conditions;

/// <summary>The names of transports in conditions, as REST has them.</summary>
internal static class TransportNames
{
    private static readonly string[] Names = ["streamable_http", "stdio", "sse", "websocket"];

    public static IReadOnlyList<string> All => Names;

    public static string Of(TransportKind transport) => Names[(int)transport];
}
