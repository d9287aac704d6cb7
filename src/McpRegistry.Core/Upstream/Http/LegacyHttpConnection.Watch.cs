using System.Net;
using McpRegistry.Discovery;
using McpRegistry.Protocol;

namespace McpRegistry.Upstream.Http;

/// <content>The GET stream, over which a legacy server announces changes.</content>
internal sealed partial class LegacyHttpConnection
{
    private static readonly UpstreamFault StreamEnded = new(FaultReasons.Unreachable, "The server closed its stream.");

    private static readonly UpstreamFault StreamCut = new(FaultReasons.Unreachable, "The server's stream was cut.");

    private static readonly UpstreamFault NotNow = new(FaultReasons.HttpError, "The server offers no stream for now.");

    private static readonly UpstreamFault NoStream = new(FaultReasons.HttpError, "The server offers no stream.");

    private static readonly UpstreamFault StreamGone = new(FaultReasons.Unreachable, "The server offers no stream any more.");

    public override async Task<UpstreamFault?> WatchAsync(IUpstreamListener listener, CancellationToken cancellationToken)
    {
        _listener = listener;
        LegacySession? refused = null;
        var pace = new WatchPace(_time);
        var hasBeenOpen = false;
        for (var hasGap = false; ; hasGap = true)
        {
            var session = _session;
            pace.Begin();
            var reply = await HttpSend.RunAsync(
                static (call, token) => call.Self._channel.GetAsync(call.session.SetHeaders, token),
                static (call, response, token) => call.Self.FollowAsync(response, call.session, call.listener, call.hasGap, token),
                (Self: this, session, listener, hasGap),
                cancellationToken).ConfigureAwait(false);
            var fault = reply.Fault!;
            if (ReferenceEquals(fault, NoStream))
            {
                // A server that had one is perhaps another by now.
                return hasBeenOpen ? StreamGone : null;
            }

            if (fault.Reason == FaultReasons.SessionLost)
            {
                if (refused is not null)
                {
                    // A new session is refused like the one before: it is the stream that is not found, as where only POST is routed.
                    await refused.EndAsync(_channel, _time).ConfigureAwait(false);
                    return null;
                }

                refused = session;
                fault = await ReopenAsync(session, cancellationToken).ConfigureAwait(false);
                if (fault is not null)
                {
                    return fault;
                }
            }
            else if (ReferenceEquals(fault, StreamCut) || ReferenceEquals(fault, StreamEnded))
            {
                (refused, hasBeenOpen) = (null, true);
                if (ReferenceEquals(fault, StreamCut) && pace.TryHurry())
                {
                    // The session may live on, or its server be gone: that is to be known now.
                    continue;
                }
            }
            else if (ReferenceEquals(fault, NotNow))
            {
                refused = null;
            }
            else
            {
                return fault;
            }

            await pace.PauseAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private async ValueTask<UpstreamReply> FollowAsync(
        HttpResponseMessage response, LegacySession session, IUpstreamListener listener, bool hasGap, CancellationToken cancellationToken)
    {
        if (await HasForgottenAsync(session, response.StatusCode, cancellationToken).ConfigureAwait(false))
        {
            response.Dispose();
            return SessionForgotten;
        }

        if (!response.IsSuccessStatusCode || !HttpMessageStream.IsEventStream(response))
        {
            // Most of what may come here says nothing about the stream; were it taken for "none", changes would go unnoticed from here on.
            response.Dispose();
            return HttpFaults.IsAbsent(response.StatusCode) ? NoStream : NotNow;
        }

        var messages = await HttpMessageStream.OpenAsync(response, _channel.MaxMessageBytes, position: null, cancellationToken).ConfigureAwait(false);
        await using (messages.ConfigureAwait(false))
        {
            listener.Opened();
            if (hasGap)
            {
                // Not before: what happens until the stream is open would be missed without a word.
                listener.Missed();
            }

            try
            {
                await HearAsync(messages, session, listener, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception exception) when (exception is IOException or HttpRequestException && !cancellationToken.IsCancellationRequested)
            {
                return StreamCut;
            }
        }

        return StreamEnded;
    }

    private async Task HearAsync(HttpMessageStream messages, LegacySession session, IUpstreamListener listener, CancellationToken cancellationToken)
    {
        while (await NextAsync(messages, cancellationToken).ConfigureAwait(false) is { } message)
        {
            if (message is { Kind: MessageKind.Notification, Method: McpMethod.Progress })
            {
                // Servers that do not say which request they mean have it sent here; the token is the request's own id.
                if (message.ProgressOf is { } id && _running.TryGetValue(id, out var call))
                {
                    call.Tell(message);
                }
            }
            else if (message.Kind == MessageKind.Notification)
            {
                listener.Notified(message);
                await WithdrawAsync(message, cancellationToken).ConfigureAwait(false);
            }
            else if (message.Kind == MessageKind.Request)
            {
                // Many servers ask on this stream what belongs to a call; then it is for one of those that are running.
                await AskAsync(
                    session,
                    message,
                    question => session.GivenUp?.MayAsk() != true && _unnamed.TryAsk(question, Callers, listener),
                    _unnamed,
                    cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>An answer on this stream is nobody's, and so no matter whether it is one.</summary>
    private static async ValueTask<UpstreamMessage?> NextAsync(HttpMessageStream messages, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return await messages.ReadAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (FormatException)
            {
                // What follows counts.
            }
        }
    }

    /// <summary>Of a copy: sorting the dictionary itself leaves empty places for calls that end meanwhile.</summary>
    private IEnumerable<IUpstreamObserver> Callers() => _running.ToArray().OrderBy(static call => call.Key).Select(static call => call.Value.Observer);

    /// <summary>What was asked on this stream is taken back on it; whoever was asked knows the question by its id.</summary>
    private async ValueTask WithdrawAsync(UpstreamMessage notification, CancellationToken cancellationToken)
    {
        if (notification.Method == McpMethod.Cancelled)
        {
            _unnamed.Withdraw(notification);
            foreach (var call in _running.Values)
            {
                await call.Observer.NotifiedAsync(notification, cancellationToken).ConfigureAwait(false);
            }
        }
    }
}
