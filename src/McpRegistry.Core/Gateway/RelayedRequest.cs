using System.Buffers;
using System.Diagnostics;
using McpRegistry.Protocol;
using McpRegistry.Servers;
using McpRegistry.Telemetry;
using McpRegistry.Upstream;

namespace McpRegistry.Gateway;

/// <summary>A client's request on its way to an upstream.</summary>
internal sealed class RelayedRequest : UpstreamRequest
{
    public required GatewayCall Call { get; init; }

    public ReadOnlyMemory<byte> UpstreamName { get; init; }

    public bool ForwardsBaggage { get; init; }

    /// <summary>Gets or sets the span that the request is sent in; null while nobody traces.</summary>
    public Activity? Span { get; set; }

    public override void WriteParams(IBufferWriter<byte> output, long id, UpstreamHandshake peer)
    {
        var message = Call.Message;
        Span?.SetTag("jsonrpc.request.id", id.ToString(System.Globalization.CultureInfo.InvariantCulture));
        var meta = new UpstreamMeta
        {
            Era = peer.Era,
            ProtocolVersion = peer.RevisionJson,
            Capabilities = Call.Era == ProtocolEra.Modern ? message.Raw(message.MetaCapabilities) : default,
            ClientInfo = Call.Era == ProtocolEra.Modern ? message.Raw(message.MetaClientInfo) : Call.Session!.ClientInfo.Span,
            LogLevel = LogLevelFor(peer),
            ProgressToken = message.ProgressToken.IsMissing ? 0 : id,
            TraceParent = TraceContext.Parent(Span),
            TraceState = TraceContext.State(Span),
            ForwardsBaggage = ForwardsBaggage,
        };
        ParamsRewriter.Write(output, message, UpstreamName.Span, meta);
    }

    private ReadOnlySpan<byte> LogLevelFor(UpstreamHandshake peer)
    {
        if (peer.Era == ProtocolEra.Legacy)
        {
            return default;
        }

        return Call.Era == ProtocolEra.Modern
            ? Call.Message.Raw(Call.Message.MetaLogLevel)
            : Call.LogLevel is { } level && peer.HasCapability("logging"u8) ? JsonText.Quote(LogLevels.Name(level)) : default;
    }
}
