using System.Text.Json;
using System.Text.Json.Nodes;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;

namespace McpRegistry.ConformanceServer.Http;

/// <summary>An answer that the endpoint gives itself.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Code">The JSON-RPC code.</param>
/// <param name="Message">What is wrong.</param>
/// <param name="Data">More about it.</param>
internal sealed record Fault(int Status, McpErrorCode Code, string Message, JsonObject? Data = null)
{
    public static Fault Mismatch(string message) => new(StatusCodes.Status400BadRequest, McpErrorCode.HeaderMismatch, message);

    public static Fault Invalid(string message) => new(StatusCodes.Status400BadRequest, McpErrorCode.InvalidParams, message);

    public static Fault Version(string? requested, params string[] supported) => new(
        StatusCodes.Status400BadRequest,
        McpErrorCode.UnsupportedProtocolVersion,
        $"The revision '{requested}' is not spoken here.",
        new JsonObject { ["supported"] = JsonSerializer.SerializeToNode(supported), ["requested"] = requested ?? "" });

    public async Task WriteAsync(HttpContext context, RequestId id)
    {
        var error = new JsonRpcError { Id = id, Error = new JsonRpcErrorDetail { Code = (int)Code, Message = Message, Data = Data } };
        context.Response.StatusCode = Status;
        await context.Response.WriteAsJsonAsync<JsonRpcMessage>(error, McpJsonUtilities.DefaultOptions, RequestGuard.Json, context.RequestAborted);
    }
}
