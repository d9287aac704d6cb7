using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace McpRegistry.TestSupport.Upstreams;

/// <summary>What the session revisions answer before the script has its say, and where the script is silent.</summary>
internal sealed class LegacyProtocol(UpstreamOptions options, PushStreams streams, SessionTable sessions) : IUpstreamProtocol
{
    public Task AnswerAsync(UpstreamExchange exchange, UpstreamHandler? scripted)
    {
        var request = exchange.Request;
        if (string.Equals(request.Method, "initialize", StringComparison.Ordinal))
        {
            if (options.UsesSessions)
            {
                exchange.Response.Headers["Mcp-Session-Id"] = sessions.Open();
            }

            return scripted is not null ? scripted(exchange) : exchange.ResultAsync(Initialize(request));
        }

        if (options.UsesSessions && SessionFault(request) is var (status, code, message))
        {
            return exchange.ErrorAsync(code, message, status: status);
        }

        return request.Verb switch
        {
            "GET" => StreamAsync(exchange),
            "DELETE" => DeleteAsync(exchange),
            _ when request.Method.Length == 0 && scripted is not null => scripted(exchange),
            _ when request.Id is null || request.Method.Length == 0 => exchange.StatusAsync(StatusCodes.Status202Accepted),
            _ when scripted is not null => scripted(exchange),
            _ => BuiltInAsync(exchange),
        };
    }

    private (int Status, int Code, string Message)? SessionFault(ReceivedRequest request) => request.SessionId switch
    {
        // The words of the TypeScript SDK 1.x, by which clients recognise a legacy server.
        null => (StatusCodes.Status400BadRequest, -32000, "Bad Request: Server not initialized"),
        var session when !sessions.Has(session) => (StatusCodes.Status404NotFound, -32001, "Session not found"),
        _ => null,
    };

    private Task StreamAsync(UpstreamExchange exchange) => options.OffersGetStream
        ? streams.HoldAsync(exchange, exchange.BeginStreamAsync)
        : exchange.StatusAsync(StatusCodes.Status405MethodNotAllowed);

    private Task DeleteAsync(UpstreamExchange exchange)
    {
        if (exchange.Request.SessionId is not { } session)
        {
            return exchange.StatusAsync(StatusCodes.Status405MethodNotAllowed);
        }

        sessions.Close(session);
        streams.Close(stream => string.Equals(stream.SessionId, session, StringComparison.Ordinal));
        return exchange.StatusAsync(StatusCodes.Status200OK);
    }

    private static Task BuiltInAsync(UpstreamExchange exchange) => exchange.Request.Method switch
    {
        "ping" or "logging/setLevel" or "resources/subscribe" or "resources/unsubscribe" => exchange.ResultAsync("{}"),
        var method => exchange.ErrorAsync(-32601, $"Method not found: {method}"),
    };

    private string Initialize(ReceivedRequest request)
    {
        var asked = request.Params.ValueKind == JsonValueKind.Object && request.Params.TryGetProperty("protocolVersion", out var version)
            ? version.GetString()
            : null;
        var answer = string.CompareOrdinal(asked, options.ProtocolVersion) is < 0 && asked is not null ? asked : options.ProtocolVersion;
        return $$$"""{"protocolVersion":"{{{answer}}}","capabilities":{{{options.Capabilities}}},"serverInfo":{"name":{{{Json.Text(options.ServerName)}}},"version":"1.0.0"}}""";
    }
}
