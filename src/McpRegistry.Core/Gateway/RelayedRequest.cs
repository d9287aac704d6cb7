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

    /// <summary>Gets or sets what the tool wants mirrored into headers; null for nothing.</summary>
    public ParameterHeaders? Parameters { get; set; }

    public override IReadOnlyList<KeyValuePair<string, string>> ParameterHeaders => ParameterMirror.HeadersFor(Call, Parameters);

    /// <summary>Gets what decides which extensions may be negotiated.</summary>
    public required Func<string, bool> AllowsExtension { get; init; }

    /// <summary>Gets the members that answer the server's questions, without braces; null for the client's own.</summary>
    public ReadOnlyMemory<byte>? Answers { get; init; }

    /// <summary>The same request with answers to the questions that it met.</summary>
    public RelayedRequest With(ReadOnlyMemory<byte> answers) => Copy(Call, answers);

    /// <summary>The same request of a call that has its message in other memory.</summary>
    public RelayedRequest For(GatewayCall call) => Copy(call, Answers);

    private RelayedRequest Copy(GatewayCall call, ReadOnlyMemory<byte>? answers) => new()
    {
        Call = call,
        Method = Method,
        RoutingName = RoutingName,
        UpstreamName = UpstreamName,
        LogLevel = LogLevel,
        ForwardsBaggage = ForwardsBaggage,
        Parameters = Parameters,
        AllowsExtension = AllowsExtension,
        Answers = answers,
    };

    public override void WriteParams(IBufferWriter<byte> output, long id, UpstreamHandshake peer)
    {
        var message = Call.Message;
        Span?.SetTag("jsonrpc.request.id", id.ToString(System.Globalization.CultureInfo.InvariantCulture));
        var meta = new UpstreamMeta
        {
            Era = peer.Era,
            ProtocolVersion = peer.RevisionJson,
            Capabilities = CapabilitiesFor(peer),
            ClientInfo = ClientInfo,
            LogLevel = LogLevelFor(peer),

            // For clients that want none too: a server that shows progress may take longer than one that is silent.
            ProgressToken = McpMethods.MayAsk(Method) || !message.ProgressToken.IsMissing ? id : 0,
            TraceParent = TraceContext.Parent(Span),
            TraceState = TraceContext.State(Span),
            ForwardsBaggage = ForwardsBaggage,
        };
        ParamsRewriter.Write(output, message, UpstreamName.Span, meta, Answers);
    }

    private ReadOnlySpan<byte> ClientInfo => Call switch
    {
        { Era: ProtocolEra.Modern, ForwardsClientInfo: true } => Call.Message.Raw(Call.Message.MetaClientInfo),
        { Session.Profile.ClientInfo: { IsEmpty: false } told } => told.Span,
        _ => GatewayIdentity.ClientInfo,
    };

    /// <summary>An extension is on when the client, the operator and the server say so.</summary>
    private ReadOnlySpan<byte> CapabilitiesFor(UpstreamHandshake peer)
    {
        if (peer.Era == ProtocolEra.Legacy)
        {
            return default;
        }

        var declared = Call.Era == ProtocolEra.Modern ? Call.Message.Raw(Call.Message.MetaCapabilities) : Call.Session!.Profile.ModernCapabilities;
        return ExtensionFilter.Of(declared).IsEmpty ? declared : Negotiated(declared, peer);
    }

    private ReadOnlySpan<byte> Negotiated(ReadOnlySpan<byte> declared, UpstreamHandshake peer) =>
        ExtensionFilter.Keep(declared, name => AllowsExtension(name) && ExtensionFilter.Has(peer.Capabilities.Span, name));

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
