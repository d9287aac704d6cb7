using System.Text.Json;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;

namespace McpRegistry.ConformanceServer.Http;

/// <summary>What a POST carried.</summary>
/// <param name="Messages">The messages; empty when there is a fault.</param>
/// <param name="IsBatch">Whether they came as an array.</param>
/// <param name="Fault">Why the body cannot be used.</param>
internal sealed record RequestBody(JsonRpcMessage[] Messages, bool IsBatch, Fault? Fault)
{
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    public static async Task<RequestBody> ReadAsync(HttpContext context)
    {
        using var bytes = new MemoryStream();
        await context.Request.Body.CopyToAsync(bytes, context.RequestAborted);
        var json = bytes.GetBuffer().AsMemory(0, (int)bytes.Length);
        try
        {
            using var lenient = JsonDocument.Parse(json);
        }
        catch (JsonException)
        {
            return Refuse(McpErrorCode.ParseError, "The body is not JSON.");
        }

        try
        {
            using var document = JsonDocument.Parse(json, Strict);
            var root = document.RootElement;
            var isBatch = root.ValueKind == JsonValueKind.Array;
            JsonRpcMessage[] messages = isBatch ? [.. root.EnumerateArray().Select(Read)] : [Read(root)];
            return messages.Length == 0 ? Refuse(McpErrorCode.InvalidRequest, "The batch is empty.") : new RequestBody(messages, isBatch, null);
        }
        catch (JsonException)
        {
            return Refuse(McpErrorCode.InvalidRequest, "The body is not a JSON-RPC message.");
        }
    }

    private static JsonRpcMessage Read(JsonElement message) =>
        message.Deserialize<JsonRpcMessage>(McpJsonUtilities.DefaultOptions) ?? throw new JsonException("The message is null.");

    private static RequestBody Refuse(McpErrorCode code, string message) => new([], false, new Fault(StatusCodes.Status400BadRequest, code, message));
}
