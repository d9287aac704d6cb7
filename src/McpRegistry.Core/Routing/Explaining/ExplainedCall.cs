using System.Buffers;
using System.Net;
using System.Text.Json;
using McpRegistry.ApiKeys;
using McpRegistry.Gateway;
using McpRegistry.Protocol;
using McpRegistry.Servers;

namespace McpRegistry.Routing.Explaining;

/// <summary>Makes calls that are looked at and never sent.</summary>
internal static class ExplainedCall
{
    /// <summary>Makes the call that a client of the stateless era would send; null when its arguments could not be sent.</summary>
    public static GatewayCall? Create(
        Caller caller, string? alias, McpMethod method, string? name, string? uri, string? arguments, IReadOnlyList<KeyValuePair<string, string>> headers, IPAddress? address)
    {
        var output = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(output, JsonText.WriterOptions))
        {
            json.WriteStartObject();
            json.WriteString("jsonrpc"u8, "2.0"u8);
            json.WriteNumber("id"u8, 1);
            json.WriteString("method"u8, McpMethods.Utf8Name(method));
            json.WriteStartObject("params"u8);
            if (method == McpMethod.Complete)
            {
                json.WriteStartObject("ref"u8);
            }

            Write(json, "name"u8, name);
            Write(json, "uri"u8, uri);
            if (method == McpMethod.Complete)
            {
                json.WriteEndObject();
            }

            if (arguments is not null)
            {
                json.WritePropertyName("arguments"u8);
                json.WriteRawValue(arguments);
            }

            json.WriteEndObject();
            json.WriteEndObject();
        }

        return EnvelopeReader.Read(output.WrittenMemory, EnvelopeLimits.Default, out var message) != EnvelopeFault.None ? null : new GatewayCall
        {
            Message = message,
            Era = ProtocolEra.Modern,
            Caller = caller,
            Address = address,
            Alias = alias,
            Headers = headers,
            Stream = SilentStream.Instance,
        };
    }

    private static void Write(Utf8JsonWriter json, ReadOnlySpan<byte> member, string? text)
    {
        if (text is not null)
        {
            json.WriteString(member, text);
        }
    }
}
