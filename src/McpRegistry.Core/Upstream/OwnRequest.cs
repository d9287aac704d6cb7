using System.Buffers;
using McpRegistry.Protocol;

namespace McpRegistry.Upstream;

/// <summary>A request that the gateway makes for itself: the handshake, discovery, the watch.</summary>
internal sealed class OwnRequest : UpstreamRequest
{
    /// <summary>Asks a modern server to announce changes of its lists.</summary>
    public static OwnRequest ListenForChanges { get; } = new()
    {
        Method = McpMethod.Listen,
        Members = """
            "notifications":{"toolsListChanged":true,"promptsListChanged":true,"resourcesListChanged":true}
            """u8.ToArray(),
    };

    /// <summary>Gets the members of params without braces, for example <c>"cursor":"x"</c>; empty for none.</summary>
    public ReadOnlyMemory<byte> Members { get; init; }

    public override void WriteParams(IBufferWriter<byte> output, long id, UpstreamHandshake peer)
    {
        var meta = new UpstreamMeta
        {
            Era = peer.Era,
            ProtocolVersion = peer.RevisionJson,
            ClientInfo = GatewayIdentity.ClientInfo,
        };
        output.Write("{"u8);
        meta.WriteMember(output, [], isLast: Members.IsEmpty);
        output.Write(Members.Span);
        output.Write("}"u8);
    }
}
