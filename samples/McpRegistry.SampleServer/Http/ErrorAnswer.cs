using ModelContextProtocol;
using ModelContextProtocol.Protocol;

namespace McpRegistry.SampleServer.Http;

internal static class ErrorAnswer
{
    public static async Task WriteAsync(HttpContext context, RequestId id, McpErrorCode code, string message)
    {
        var error = new JsonRpcError { Id = id, Error = new JsonRpcErrorDetail { Code = (int)code, Message = message } };
        context.Response.StatusCode = StatusCodes.Status400BadRequest;
        await context.Response.WriteAsJsonAsync<JsonRpcMessage>(error, McpJsonUtilities.DefaultOptions, "application/json", context.RequestAborted);
    }

    /// <summary>The status that 2026-07-28 asks for beside an error; the session revisions answer 200.</summary>
    public static int StatusOf(McpErrorCode code) => code switch
    {
        McpErrorCode.MethodNotFound => StatusCodes.Status404NotFound,
        McpErrorCode.HeaderMismatch or McpErrorCode.MissingRequiredClientCapability or McpErrorCode.UnsupportedProtocolVersion => StatusCodes.Status400BadRequest,
        _ => StatusCodes.Status200OK,
    };
}
