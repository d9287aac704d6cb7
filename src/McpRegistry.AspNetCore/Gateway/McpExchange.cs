using McpRegistry.ApiKeys;
using McpRegistry.Gateway;
using McpRegistry.Protocol;
using Microsoft.AspNetCore.Http;

namespace McpRegistry.AspNetCore.Gateway;

/// <summary>One POST: who sent it, to which endpoint, and what the client can take.</summary>
/// <param name="Context">The HTTP side.</param>
/// <param name="Alias">The server of a single-server endpoint; null on the merged one.</param>
/// <param name="Caller">Who asks.</param>
/// <param name="TakesStream">Whether the client accepts an event stream.</param>
internal sealed record McpExchange(HttpContext Context, string? Alias, Caller Caller, bool TakesStream)
{
    /// <summary>Sends an answer that needs no stream.</summary>
    public Task AnswerAsync(GatewayAnswer answer)
    {
        var response = Context.Response;
        response.StatusCode = StatusOf(answer);
        response.ContentType = "application/json";
        response.ContentLength = answer.Json.Length;
        return response.Body.WriteAsync(answer.Json, Context.RequestAborted).AsTask();
    }

    /// <summary>The status of a modern answer (protocol.md 2.1): some error codes have one of their own.</summary>
    public static int StatusOf(GatewayAnswer answer) => answer switch
    {
        { HttpStatus: > 0 } => answer.HttpStatus,
        { ErrorCode: ErrorCodes.MethodNotFound } => StatusCodes.Status404NotFound,
        { ErrorCode: ErrorCodes.HeaderMismatch or ErrorCodes.MissingClientCapability or ErrorCodes.UnsupportedProtocolVersion } =>
            StatusCodes.Status400BadRequest,
        _ => StatusCodes.Status200OK,
    };
}
