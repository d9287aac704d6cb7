using System.Buffers;
using System.Text.Json;
using McpRegistry.Protocol;
using McpRegistry.Servers;
using Microsoft.Extensions.Options;

namespace McpRegistry.Gateway;

/// <summary>Says who has answered: on the merged endpoint the gateway, on that of one server the server itself (protocol.md 2.3).</summary>
internal sealed class AnsweringServer
{
    private readonly ReadOnlyMemory<byte> _gateway;

    public AnsweringServer(IOptions<GatewayOptions> options)
    {
        var output = new ArrayBufferWriter<byte>(64);
        using (var json = new Utf8JsonWriter(output, JsonText.WriterOptions))
        {
            GatewaySelf.WriteServerInfo(json, options.Value);
        }

        _gateway = output.WrittenMemory;
    }

    /// <summary>Gets the <c>serverInfo</c> to put into a result, as a raw object; empty leaves what the server says of itself.</summary>
    public ReadOnlyMemory<byte> For(GatewayCall call) => call is { Alias: null, Era: ProtocolEra.Modern } ? _gateway : default;
}
