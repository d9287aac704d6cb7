using McpRegistry.TestSupport.Upstreams;

namespace McpRegistry.TestSupport.WebSockets;

/// <summary>What a server of each era answers where its script is silent.</summary>
internal static class BuiltInMethods
{
    /// <summary>Finds the handler of a message; null for what has no answer.</summary>
    public static WebSocketHandler? Find(UpstreamOptions options, ReceivedRequest request) => request switch
    {
        { Id: null } or { Method.Length: 0 } => null,
        { Method: "server/discover" } when options.Era == UpstreamEra.Modern => exchange => exchange.ResultAsync(Discover(options)),
        { Method: "subscriptions/listen" } when options.Era == UpstreamEra.Modern => AcknowledgeAsync,
        { Method: "initialize" } when options.Era == UpstreamEra.Legacy => exchange => exchange.ResultAsync(Initialize(options)),
        { Method: "ping" or "logging/setLevel" } when options.Era == UpstreamEra.Legacy => exchange => exchange.ResultAsync("{}"),
        _ => exchange => exchange.ErrorAsync(-32601, $"Method not found: {exchange.Request.Method}"),
    };

    /// <summary>The answer ends a subscription, so there is none before the socket ends.</summary>
    private static Task AcknowledgeAsync(WebSocketExchange exchange) => exchange.NotifyAsync(
        "notifications/subscriptions/acknowledged",
        $$$"""{"notifications":{},"_meta":{"io.modelcontextprotocol/subscriptionId":{{{exchange.Request.Id}}}}}""");

    private static string Discover(UpstreamOptions options) =>
        $$$$"""{"supportedVersions":["{{{{options.ProtocolVersion}}}}"],"capabilities":{{{{options.Capabilities}}}},"resultType":"complete","ttlMs":0,"cacheScope":"private","_meta":{"io.modelcontextprotocol/serverInfo":{"name":"{{{{options.ServerName}}}}","version":"1.0.0"}}}""";

    private static string Initialize(UpstreamOptions options) =>
        $$$"""{"protocolVersion":"{{{options.ProtocolVersion}}}","capabilities":{{{options.Capabilities}}},"serverInfo":{"name":"{{{options.ServerName}}}","version":"1.0.0"}}""";
}
