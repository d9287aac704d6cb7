using System.Buffers;
using System.Text.Json;
using McpRegistry.Protocol;

namespace McpRegistry.Gateway;

/// <summary>Writes the JSON-RPC responses that the gateway makes itself.</summary>
internal static class AnswerWriter
{
    /// <summary>Writes a response with a ready result.</summary>
    public static GatewayAnswer Result(ReadOnlySpan<byte> id, ReadOnlySpan<byte> result)
    {
        var output = new ArrayBufferWriter<byte>(result.Length + 64);
        output.Write("{\"jsonrpc\":\"2.0\",\"id\":"u8);
        output.Write(id);
        output.Write(",\"result\":"u8);
        output.Write(result);
        output.Write("}"u8);
        return new GatewayAnswer(output.WrittenMemory);
    }

    /// <summary>Writes an error response. An empty id becomes null: the message was too broken to have one.</summary>
    public static GatewayAnswer Error(ReadOnlySpan<byte> id, GatewayError error)
    {
        var output = new ArrayBufferWriter<byte>(256);
        output.Write("{\"jsonrpc\":\"2.0\",\"id\":"u8);
        output.Write(id.IsEmpty ? "null"u8 : id);
        output.Write(",\"error\":"u8);
        using (var json = new Utf8JsonWriter(output, JsonText.WriterOptions))
        {
            json.WriteStartObject();
            json.WriteNumber("code"u8, error.Code);
            json.WriteString("message"u8, error.Message);
            WriteData(json, error);
            json.WriteEndObject();
        }

        output.Write("}"u8);
        return new GatewayAnswer(output.WrittenMemory, error.Code, error.HttpStatus, error.Reason, error.Refusal);
    }

    private static void WriteData(Utf8JsonWriter json, GatewayError error)
    {
        json.WriteStartObject("data"u8);
        json.WriteString("reason"u8, error.Reason);
        if (error.Upstream is not null)
        {
            json.WriteString("upstream"u8, error.Upstream);
        }

        if (error.Retryable is { } retryable)
        {
            json.WriteBoolean("retryable"u8, retryable);
        }

        if (!error.Data.IsEmpty)
        {
            var members = new JsonMembers(error.Data.Span);
            while (members.Next())
            {
                json.WritePropertyName(members.Name!);
                json.WriteRawValue(members.RawValue, skipInputValidation: true);
            }
        }

        json.WriteEndObject();
    }
}
