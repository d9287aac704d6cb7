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

    private static readonly UpstreamFault SessionReplaced = new(FaultReasons.SessionLost, "Another session has come in the place of this one.");

    private int _isWatched;
    private volatile bool _hasBeenOpen;

    public override async Task<UpstreamFault?> WatchAsync(IUpstreamListener listener, CancellationToken cancellationToken)
    {
        _listener = listener;
        _hasBeenOpen = false;
        Interlocked.Exchange(ref _isWatched, 1);
        try
        {
            return await WatchSessionsAsync(listener, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            // In this order: a session that is opened from here on finds that nobody will hear it.
            Interlocked.Exchange(ref _isWatched, 0);
            Volatile.Read(ref _session).NoteHeard();
        }
    }

    private async Task<UpstreamFault?> WatchSessionsAsync(IUpstreamListener listener, CancellationToken cancellationToken)
    {
        LegacySession? refused = null;
        var pace = new WatchPace(_time);
        for (var hasGap = false; ; hasGap = true)
        {
            var session = Volatile.Read(ref _session);
            pace.Begin();
            var fault = await ListenAsync(session, listener, hasGap, cancellationToken).ConfigureAwait(false);
            if (ReferenceEquals(fault, NoStream))
            {
                // A server that had one is perhaps another by now.
                return _hasBeenOpen ? StreamGone : null;
            }

            if (ReferenceEquals(fault, SessionForgotten))
            {
                if (refused is not null)
                {
                    // A new session is refused like the one before: it is the stream that is not found, as where only POST is routed.
                    await refused.EndAsync(_channel, _time).ConfigureAwait(false);
                    return null;
                }

                refused = session;
                if (await ReopenAsync(session, cancellationToken).ConfigureAwait(false) is { } failed)
                {
                    return failed;
                }

                // At once: calls go into the new session already.
                continue;
            }

            refused = null;
            if (ReferenceEquals(fault, StreamCut) && pace.TryHurry())
            {
                // The session may live on, or its server be gone: that is to be known now.
                continue;
            }

            if (!ReferenceEquals(fault, StreamCut) && !ReferenceEquals(fault, StreamEnded) && !ReferenceEquals(fault, NotNow) && !ReferenceEquals(fault, SessionReplaced))
            {
                return fault;
            }

            await PauseAsync(session, pace, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Waits before the stream is opened again, unless another session comes that is to be heard.</summary>
    private async Task PauseAsync(LegacySession session, WatchPace pace, CancellationToken cancellationToken)
    {
        while (true)
        {
            // No call must wait for a stream that is not being opened.
            session.NoteHeard();
            using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, session.Replaced);
            await pace.PauseAsync(ending.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            cancellationToken.ThrowIfCancellationRequested();
            if (!session.Replaced.IsCancellationRequested || pace.TryFollow())
            {
                return;
            }

            session = Volatile.Read(ref _session);
        }
    }

    /// <summary>Hears a session until its stream ends, or another one has come in its place.</summary>
    private async ValueTask<UpstreamFault> ListenAsync(LegacySession session, IUpstreamListener listener, bool hasGap, CancellationToken cancellationToken)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, session.Replaced);
        try
        {
            var reply = await HttpSend.RunAsync(
                static (call, token) => call.Self._channel.GetAsync(call.session.SetHeaders, token),
                static (call, response, token) => call.Self.FollowAsync(response, call.session, call.listener, call.hasGap, token),
                (Self: this, session, listener, hasGap),
                ending.Token).ConfigureAwait(false);
            return reply.Fault!;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return SessionReplaced;
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
            _hasBeenOpen = true;
            listener.Opened();
            session.NoteHeard();
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
