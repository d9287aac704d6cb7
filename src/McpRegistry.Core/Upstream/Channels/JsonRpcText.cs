using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using McpRegistry.Protocol;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;

namespace McpRegistry.Upstream.Channels;

/// <summary>Messages of the SDK from and to their text.</summary>
internal static class JsonRpcText
{
    private static readonly JsonTypeInfo<JsonRpcMessage> MessageType =
        (JsonTypeInfo<JsonRpcMessage>)McpJsonUtilities.DefaultOptions.GetTypeInfo(typeof(JsonRpcMessage));

    public static ReadOnlyMemory<byte> Write(JsonRpcMessage message)
    {
        var output = new ArrayBufferWriter<byte>(512);
        using var writer = new Utf8JsonWriter(output, JsonText.WriterOptions);
        JsonSerializer.Serialize(writer, message, MessageType);
        return output.WrittenMemory;
    }

    /// <summary>
    /// Reads a message; null when it is none. An answer that the SDK's types cannot hold becomes an error with its id, for its
    /// caller would wait for it until the deadline.
    /// </summary>
    public static JsonRpcMessage? TryRead(ReadOnlyMemory<byte> json)
    {
        try
        {
            if (JsonSerializer.Deserialize(json.Span, MessageType) is { } message)
            {
                return message;
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or NotSupportedException)
        {
            // Told apart below: no JSON-RPC at all, or more than these types take.
        }

        return UpstreamMessage.TryRead(json) is { Kind: MessageKind.Response, NumericId: { } id } ? Unreadable(id) : null;
    }

    private static JsonRpcError Unreadable(long id) => new()
    {
        Id = new RequestId(id),
        Error = new JsonRpcErrorDetail
        {
            Code = ErrorCodes.InternalError,
            Message = "The server's answer cannot be carried; it may be nested too deep for this transport.",
        },
    };
}
