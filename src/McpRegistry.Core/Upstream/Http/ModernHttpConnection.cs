using System.Net;
using System.Net.Http.Headers;
using McpRegistry.Discovery;
using McpRegistry.Protocol;
using ModelContextProtocol.Protocol;

namespace McpRegistry.Upstream.Http;

/// <summary>A server of the stateless era over Streamable HTTP: every request stands alone, so this holds no session.</summary>
internal sealed class ModernHttpConnection(HttpChannel channel, UpstreamHandshake handshake, TimeProvider time)
    : UpstreamConnection(handshake with { ReadAt = time.GetTimestamp() })
{
    private static readonly TimeSpan ListenPause = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan LongestListenPause = TimeSpan.FromMinutes(1);

    private long _lastId;

    public override bool MirrorsParameters => true;

    public override ValueTask<UpstreamReply> SendAsync(UpstreamRequest request, IUpstreamObserver? observer, CancellationToken cancellationToken) =>
        HttpSend.RunAsync(
            static (call, token) => call.Self.ExchangeAsync(call.Request, call.Observer, token),
            (Self: this, Request: request, Observer: observer),
            cancellationToken);

    /// <summary>This era has no notifications from clients.</summary>
    public override ValueTask NotifyAsync(ReadOnlyMemory<byte> notification, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    public override async Task<UpstreamFault?> WatchAsync(IUpstreamListener listener, CancellationToken cancellationToken)
    {
        for (var refusals = 0; ; refusals++)
        {
            var watch = new ChangeObserver(listener, hasGap: refusals > 0);
            var reply = await SendAsync(OwnRequest.ListenForChanges, watch, cancellationToken).ConfigureAwait(false);
            if (reply.Fault is not { HttpStatus: > 0 } fault || !HttpFaults.IsTemporary((HttpStatusCode)fault.HttpStatus))
            {
                return EndOf(reply, watch.Acknowledged);
            }

            await Task.Delay(BackOff.After(refusals + 1, ListenPause, LongestListenPause), time, cancellationToken).ConfigureAwait(false);
        }
    }

    private static UpstreamFault? EndOf(UpstreamReply reply, bool acknowledged) => reply switch
    {
        { Answered: true, Message.IsError: true } => null,
        { Answered: true } when !acknowledged => null,
        { Answered: true } => new UpstreamFault(FaultReasons.SessionLost, "The server ended the subscription."),
        { Fault.Reason: FaultReasons.HttpError or FaultReasons.ProtocolError } => null,
        _ => reply.Fault,
    };

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private async ValueTask<UpstreamReply> ExchangeAsync(UpstreamRequest request, IUpstreamObserver? observer, CancellationToken cancellationToken)
    {
        var id = Interlocked.Increment(ref _lastId);
        var body = request.Write(id, Handshake);
        var response = await channel.PostAsync(body, headers => SetHeaders(headers, request, Handshake.Revision), cancellationToken).ConfigureAwait(false);
        if (request.Method == McpMethod.Listen && HttpFaults.IsTemporary(response.StatusCode))
        {
            // Whatever the body says; were it taken for "cannot be watched", changes would go unnoticed from here on.
            response.Dispose();
            return HttpFaults.FromStatus(response.StatusCode);
        }

        var limit = request.MaxAnswerBytes == 0 ? channel.MaxMessageBytes : request.MaxAnswerBytes;
        return await HttpExchange.ReceiveAsync(response, id, limit, observer, onRequest: null, position: null, cancellationToken).ConfigureAwait(false);
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

        foreach (var (header, value) in request.ParameterHeaders)
        {
            headers.TryAddWithoutValidation(header, value);
        }
    }

    private sealed class ChangeObserver(IUpstreamListener listener, bool hasGap) : IUpstreamObserver
    {
        public bool Acknowledged { get; private set; }

        public ValueTask NotifiedAsync(UpstreamMessage notification, CancellationToken cancellationToken)
        {
            if (notification.Method != McpMethod.SubscriptionAcknowledged)
            {
                listener.Notified(notification);
            }
            else if (!Acknowledged)
            {
                Acknowledged = true;
                if (hasGap)
                {
                    listener.Missed();
                }
            }

            return ValueTask.CompletedTask;
        }
    }
}
