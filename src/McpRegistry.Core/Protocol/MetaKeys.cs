namespace McpRegistry.Protocol;

/// <summary>Keys of <c>_meta</c> objects.</summary>
internal static class MetaKeys
{
    public const string Prefix = "io.modelcontextprotocol/";
    public const string ServerInfo = Prefix + "serverInfo";

    public static ReadOnlySpan<byte> ServerInfoName => "io.modelcontextprotocol/serverInfo"u8;

    /// <summary>The gateway's own key: per-upstream outcome of a merged list.</summary>
    public const string Upstreams = "io.github.mcpregistry/upstreams";

    public static ReadOnlySpan<byte> ReservedPrefix => "io.modelcontextprotocol/"u8;

    public static ReadOnlySpan<byte> ProtocolVersion => "io.modelcontextprotocol/protocolVersion"u8;

    public static ReadOnlySpan<byte> ClientCapabilities => "io.modelcontextprotocol/clientCapabilities"u8;

    public static ReadOnlySpan<byte> ClientInfo => "io.modelcontextprotocol/clientInfo"u8;

    public static ReadOnlySpan<byte> LogLevel => "io.modelcontextprotocol/logLevel"u8;

    /// <summary>Gets the key under which a message names the task that it belongs to.</summary>
    public static ReadOnlySpan<byte> RelatedTask => "io.modelcontextprotocol/related-task"u8;

    public static ReadOnlySpan<byte> SubscriptionId => "io.modelcontextprotocol/subscriptionId"u8;

    public static ReadOnlySpan<byte> TraceParent => "traceparent"u8;

    public static ReadOnlySpan<byte> TraceState => "tracestate"u8;

    public static ReadOnlySpan<byte> Baggage => "baggage"u8;

    public static ReadOnlySpan<byte> ProgressToken => "progressToken"u8;
}
