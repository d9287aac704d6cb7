using System.Net.Http.Headers;
using McpRegistry.Discovery;
using McpRegistry.Protocol;
using ModelContextProtocol.Protocol;

namespace McpRegistry.Upstream.Http;

/// <summary>A server of the stateless era over Streamable HTTP: every request stands alone, so this holds no session.</summary>
internal sealed class ModernHttpConnection(HttpChannel channel, UpstreamHandshake handshake) : UpstreamConnection(handshake)
{
    private long _lastId;

    public override ValueTask<UpstreamReply> SendAsync(UpstreamRequest request, IUpstreamObserver? observer, CancellationToken cancellationToken) =>
        HttpSend.RunAsync(
            static (call, token) => call.Self.ExchangeAsync(call.Request, call.Observer, token),
            (Self: this, Request: request, Observer: observer),
            cancellationToken);

    public override async Task<UpstreamFault?> WatchAsync(Action<McpMethod> onChanged, CancellationToken cancellationToken)
    {
        var watch = new ChangeObserver(onChanged);
        var reply = await SendAsync(OwnRequest.ListenForChanges, watch, cancellationToken).ConfigureAwait(false);
        return reply switch
        {
            { Answered: true, Message.IsError: true } => null,
            { Answered: true } when !watch.Acknowledged => null,
            { Answered: true } => new UpstreamFault(FaultReasons.SessionLost, "The server ended the subscription."),
            { Fault.Reason: FaultReasons.HttpError or FaultReasons.ProtocolError } => null,
            _ => reply.Fault,
        };
    }

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private async ValueTask<UpstreamReply> ExchangeAsync(UpstreamRequest request, IUpstreamObserver? observer, CancellationToken cancellationToken)
    {
        var id = Interlocked.Increment(ref _lastId);
        var body = request.Write(id, Handshake);
        var response = await channel.PostAsync(body, headers => SetHeaders(headers, request, Handshake.Revision), cancellationToken).ConfigureAwait(false);
        var limit = request.MaxAnswerBytes == 0 ? channel.MaxMessageBytes : request.MaxAnswerBytes;
        return await HttpExchange.ReceiveAsync(response, id, limit, observer, onRequest: null, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Sets the headers that repeat what the body says (2026-07-28, Streamable HTTP).</summary>
    public static void SetHeaders(HttpRequestHeaders headers, UpstreamRequest request, string revision)
    {
        headers.TryAddWithoutValidation("MCP-Protocol-Version", revision);
        headers.TryAddWithoutValidation("Mcp-Method", McpMethods.Name(request.Method));
        if (request.RoutingName is { } name)
        {
            headers.TryAddWithoutValidation("Mcp-Name", McpHeaderEncoder.EncodeValue(name));
        }
    }

    private sealed class ChangeObserver(Action<McpMethod> onChanged) : IUpstreamObserver
    {
        public bool Acknowledged { get; private set; }

        public ValueTask NotifiedAsync(UpstreamMessage notification, CancellationToken cancellationToken)
        {
            Acknowledged |= notification.Method == McpMethod.SubscriptionAcknowledged;
            if (IsChange(notification.Method))
            {
                onChanged(notification.Method);
            }

            return ValueTask.CompletedTask;
        }
    }
}
