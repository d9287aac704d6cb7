using Microsoft.AspNetCore.Http;

namespace McpRegistry.TestSupport.Upstreams;

/// <summary>What 2026-07-28 answers before the script has its say, and where the script is silent.</summary>
internal sealed class ModernProtocol(UpstreamOptions options, PushStreams streams) : IUpstreamProtocol
{
    public Task AnswerAsync(UpstreamExchange exchange, UpstreamHandler? scripted)
    {
        var request = exchange.Request;
        if (!HttpMethods.IsPost(request.Verb))
        {
            exchange.Response.Headers.Allow = "POST";
            return exchange.StatusAsync(StatusCodes.Status405MethodNotAllowed);
        }

        if (request.Id is null)
        {
            return exchange.StatusAsync(StatusCodes.Status202Accepted);
        }

        if (options.ChecksHeaders && HeaderRules.Fault(request, options.ProtocolVersion) is var (code, message, data))
        {
            return exchange.ErrorAsync(code, message, data, StatusCodes.Status400BadRequest);
        }

        return scripted is not null ? scripted(exchange) : request.Method switch
        {
            "server/discover" => exchange.ResultAsync(Discover()),
            "subscriptions/listen" => ListenAsync(exchange),
            _ => exchange.ErrorAsync(-32601, $"Method not found: {request.Method}", status: StatusCodes.Status404NotFound),
        };
    }

    private string Discover() =>
        $$$$"""{"supportedVersions":["{{{{options.ProtocolVersion}}}}"],"capabilities":{{{{options.Capabilities}}}},"resultType":"complete","ttlMs":0,"cacheScope":"private","_meta":{"io.modelcontextprotocol/serverInfo":{"name":{{{{Json.Text(options.ServerName)}}}},"version":"1.0.0"}}}""";

    private async Task ListenAsync(UpstreamExchange exchange)
    {
        var id = exchange.Request.Id!;
        var filter = exchange.Request.Params.TryGetProperty("notifications", out var wanted) ? wanted.GetRawText() : "{}";
        await streams.HoldAsync(exchange, () => exchange.NotifyAsync(
            "notifications/subscriptions/acknowledged", Json.WithSubscription($$"""{"notifications":{{filter}}}""", id)));
        await exchange.ResultAsync($$$"""{"resultType":"complete","_meta":{"io.modelcontextprotocol/subscriptionId":{{{id}}}}}""");
    }
}
