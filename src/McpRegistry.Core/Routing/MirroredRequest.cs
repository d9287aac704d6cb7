using System.Buffers;
using McpRegistry.Gateway;
using McpRegistry.Protocol;
using McpRegistry.Servers;
using McpRegistry.Upstream;

namespace McpRegistry.Routing;

/// <summary>The copy of a call. It says nothing of what the client can do: nobody will answer a question or fetch a task of it.</summary>
internal sealed class MirroredRequest : UpstreamRequest
{
    /// <summary>Gets the call, with a message of its own.</summary>
    public required GatewayCall Call { get; init; }

    public ReadOnlyMemory<byte> UpstreamName { get; init; }

    public ParameterHeaders? Parameters { get; init; }

    public override IReadOnlyList<KeyValuePair<string, string>> ParameterHeaders => ParameterMirror.HeadersFor(Call, Parameters);

    public override void WriteParams(IBufferWriter<byte> output, long id, UpstreamHandshake peer)
    {
        var meta = new UpstreamMeta { Era = peer.Era, ProtocolVersion = peer.RevisionJson, ClientInfo = peer.Era == ProtocolEra.Modern ? GatewayIdentity.ClientInfo : default };
        ParamsRewriter.Write(output, Call.Message, UpstreamName.Span, meta, ReadOnlyMemory<byte>.Empty);
    }
}
