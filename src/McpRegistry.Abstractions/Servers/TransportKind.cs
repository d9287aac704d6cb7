using System.Text.Json.Serialization;

namespace McpRegistry.Servers;

/// <summary>How the gateway speaks to an endpoint of a server.</summary>
public enum TransportKind
{
    /// <summary>Streamable HTTP (2025-03-26 and later), one URL for everything. The default.</summary>
    StreamableHttp,

    /// <summary>A child process that reads and writes JSON-RPC lines.</summary>
    Stdio,

    /// <summary>HTTP with server-sent events (2024-11-05): a GET stream and a POST URL that it names.</summary>
    Sse,

    /// <summary>A WebSocket of the sub-protocol <c>mcp</c>, one JSON-RPC message in each text message. Written as <c>websocket</c>.</summary>
    [JsonStringEnumMemberName("websocket")]
    WebSocket,
}
