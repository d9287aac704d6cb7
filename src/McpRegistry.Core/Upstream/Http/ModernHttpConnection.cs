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
    /// <summary>For how long a server that was asked which era it speaks is not asked again.</summary>
    private static readonly TimeSpan Confirmation = TimeSpan.FromSeconds(5);

    /// <summary>How servers of the session revisions refuse what comes without a session, and with one that they do not know.</summary>
    private const int NotInitialized = -32000;

    private const int NoSuchSession = -32001;

    private static readonly OwnRequest Discover = new() { Method = McpMethod.Discover };

    private long? _confirmed;
    private long _lastId;

    public override bool MirrorsParameters => true;

    public override async ValueTask<UpstreamReply> SendAsync(UpstreamRequest request, IUpstreamObserver? observer, CancellationToken cancellationToken)
    {
        var reply = await ExchangeOnceAsync(request, observer, cancellationToken).ConfigureAwait(false);
        return request.Method switch
        {
            // The probe itself, whose answer is judged by whoever asked.
            McpMethod.Discover => reply,
            _ when EraVerdict.Contradicts(reply) => EraVerdict.Changed,
            McpMethod.Listen => reply,
            _ => IsDoubtful(reply) && await HasLeftEraAsync(cancellationToken).ConfigureAwait(false) ? ChangedBy(reply) : reply,
        };
    }

    /// <summary>This era has no notifications from clients.</summary>
    public override ValueTask NotifyAsync(ReadOnlyMemory<byte> notification, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    public override async Task<UpstreamFault?> WatchAsync(IUpstreamListener listener, CancellationToken cancellationToken)
    {
        var pace = new WatchPace(time);
        for (var hasGap = false; ; hasGap = true)
        {
            pace.Begin();
            var watch = new ChangeObserver(listener, hasGap);
            var reply = await SendAsync(OwnRequest.ListenForChanges, watch, cancellationToken).ConfigureAwait(false);
            if (!IsWorthRepeating(reply))
            {
                return reply.Answered && watch.Acknowledged
                    ? new UpstreamFault(FaultReasons.SessionLost, "The server ended the subscription.")
                    : reply.Fault is { HttpStatus: 0 } or { MeansDown: true } ? reply.Fault : null;
            }

            await pace.PauseAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>A refusal that does not say "never" would, if it were taken for that, have changes go unnoticed from here on.</summary>
    private static bool IsWorthRepeating(in UpstreamReply reply) => reply switch
    {
        { Answered: true } => reply.Message.IsError && reply.Message.ErrorCode != ErrorCodes.MethodNotFound,
        { Fault.Reason: FaultReasons.Timeout } => false,
        _ => !reply.Fault!.MeansDown && !HttpFaults.IsAbsent((HttpStatusCode)reply.Fault.HttpStatus),
    };

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private ValueTask<UpstreamReply> ExchangeOnceAsync(UpstreamRequest request, IUpstreamObserver? observer, CancellationToken cancellationToken) =>
        HttpSend.RunAsync(
            static (call, token) => call.Self.PostAsync(call.Id, call.Request, token),
            static (call, response, token) => call.Self.ReceiveAsync(response, call.Id, call.Request, call.Observer, token),
            (Self: this, Id: Interlocked.Increment(ref _lastId), Request: request, Observer: observer),
            cancellationToken);

    /// <summary>Answers of servers that know nothing of this era, most of which may also be meant as they stand.</summary>
    private static bool IsDoubtful(in UpstreamReply reply) => reply switch
    {
        { Answered: true, Message.IsError: true } => reply.Message.ErrorCode is ErrorCodes.MethodNotFound
            or ErrorCodes.InvalidRequest or NotInitialized or NoSuchSession,
        { Answered: true } => false,
        _ => reply.Fault!.HttpStatus is 400 or 404 or 405 or 410,
    };

    /// <summary>Only a refusal by its status proves that nothing was run: a tool may fail in the same words.</summary>
    private static UpstreamFault ChangedBy(in UpstreamReply reply) => reply is { Answered: true, HttpStatus: < 400 } ? EraVerdict.ChangedAfterAnswer : EraVerdict.Changed;

    /// <summary>Asks the server what it speaks by now (protocol.md 4.2); one that says nothing of that is left to its watch.</summary>
    private async ValueTask<bool> HasLeftEraAsync(CancellationToken cancellationToken)
    {
        if (_confirmed is { } before && time.GetElapsedTime(before) < Confirmation)
        {
            return false;
        }

        var verdict = EraVerdict.Judge(await ExchangeOnceAsync(Discover, null, cancellationToken).ConfigureAwait(false));
        _confirmed = verdict.Modern is null ? null : time.GetTimestamp();
        return verdict.LegacyRevision is not null;
    }

    private Task<HttpResponseMessage> PostAsync(long id, UpstreamRequest request, CancellationToken cancellationToken) =>
        channel.PostAsync(request.Write(id, Handshake), headers => SetHeaders(headers, request, Handshake.Revision), cancellationToken);

    private ValueTask<UpstreamReply> ReceiveAsync(HttpResponseMessage response, long id, UpstreamRequest request, IUpstreamObserver? observer, CancellationToken cancellationToken)
    {
        if ((request.Method == McpMethod.Listen && (HttpFaults.IsAbsent(response.StatusCode) || (int)response.StatusCode >= 500))
            || (request.Method == McpMethod.Discover && HttpFaults.IsPassing(response.StatusCode)))
        {
            // Whatever the body says, which may be a proxy's; of a server that is overloaded nobody learns its era.
            response.Dispose();
            return new(HttpFaults.FromStatus(response.StatusCode));
        }

        var limit = request.MaxAnswerBytes == 0 ? channel.MaxMessageBytes : request.MaxAnswerBytes;
        return HttpExchange.ReceiveAsync(response, id, limit, observer, onRequest: null, position: null, cancellationToken);
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
}
