using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Http.Headers;
using McpRegistry.Discovery;
using McpRegistry.Protocol;

namespace McpRegistry.Upstream.Http;

/// <summary>
/// A session with a server of the legacy era over Streamable HTTP. A session that the server has forgotten is opened
/// again once and the request replayed: it was not processed, so that is safe for tool calls too (protocol.md 4.3).
/// </summary>
internal sealed partial class LegacyHttpConnection : UpstreamConnection
{
    /// <summary>How long a server may take to accept an answer to its own question.</summary>
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(10);

    /// <summary>How many answers to a server may be under way at once.</summary>
    private const int MaxAnswers = 8;

    /// <summary>How often a stream is resumed that brings nothing new.</summary>
    private const int MaxFruitlessResumes = 5;

    private static readonly UpstreamFault SessionForgotten = new(FaultReasons.SessionLost, "The server has forgotten the session.");

    private readonly HttpChannel _channel;
    private readonly TimeProvider _time;
    private readonly ClientProfile _profile;
    private readonly SessionQuestions _unnamed;

    /// <summary>Who asked what is running, for what a server says about that on its other stream.</summary>
    private readonly ConcurrentDictionary<long, RunningCall> _running = new();

    [SuppressMessage("Usage", "CA2213", Justification = "A late call may still wait for it; it holds nothing to release.")]
    private readonly SemaphoreSlim _opening = new(1, 1);

    [SuppressMessage("Usage", "CA2213", Justification = "A late answer may still wait for it; it holds nothing to release.")]
    private readonly SemaphoreSlim _answering = new(MaxAnswers, MaxAnswers);
    private readonly Action<UpstreamMessage> _unasked;
    private volatile IUpstreamListener? _listener;
    private LegacySession _session;
    private long _lastId;
    private int _closed;

    private LegacyHttpConnection(HttpChannel channel, TimeProvider time, ClientProfile profile, UpstreamHandshake handshake, LegacySession session)
        : base(handshake)
    {
        _channel = channel;
        _time = time;
        _profile = profile;
        _session = session;

        // Who opens a connection knows what its first call has to wait for.
        session.NoteHeard();
        _unnamed = new SessionQuestions(profile, time);
        _unasked = notification => _listener?.Notified(notification);
    }

    public override bool OutlivesItsStreams => true;

    /// <summary>Opens a session.</summary>
    public static async ValueTask<ConnectResult> OpenAsync(
        HttpChannel channel, TimeProvider time, ClientProfile profile, string revision, CancellationToken cancellationToken)
    {
        var opened = await LegacySession.OpenAsync(channel, time, profile, revision, cancellationToken).ConfigureAwait(false);
        return opened.Fault is not null
            ? opened.Fault
            : new LegacyHttpConnection(channel, time, profile, opened.Handshake!, opened.Session!);
    }

    public override async ValueTask<UpstreamReply> SendAsync(UpstreamRequest request, IUpstreamObserver? observer, CancellationToken cancellationToken)
    {
        var session = await HeardSessionAsync(cancellationToken).ConfigureAwait(false);
        var reply = await SendOnceAsync(session, request, observer, cancellationToken).ConfigureAwait(false);
        if (reply.Fault?.Reason != FaultReasons.SessionLost)
        {
            return EraVerdict.Contradicts(reply) ? EraVerdict.Changed : reply;
        }

        if (await ReopenAsync(session, cancellationToken).ConfigureAwait(false) is { } fault)
        {
            return fault;
        }

        session = await HeardSessionAsync(cancellationToken).ConfigureAwait(false);
        return await SendOnceAsync(session, request, observer, cancellationToken).ConfigureAwait(false);
    }

    public override async ValueTask NotifyAsync(ReadOnlyMemory<byte> notification, CancellationToken cancellationToken) =>
        await Volatile.Read(ref _session).PostAsync(_channel, notification, cancellationToken).ConfigureAwait(false);

    public override void Offer(IUpstreamListener listener) => _unnamed.Offer(listener);

    public override ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _closed, 1) != 0)
        {
            return ValueTask.CompletedTask;
        }

        _unnamed.Clear();
        return Volatile.Read(ref _session).EndAsync(_channel, _time);
    }

    private async ValueTask<UpstreamReply> SendOnceAsync(LegacySession session, UpstreamRequest request, IUpstreamObserver? observer, CancellationToken cancellationToken)
    {
        if (request.LogLevel is { } level && !session.Verbosity.Covers(level) && Handshake.HasCapability("logging"u8))
        {
            await session.SetLogLevelAsync(_channel, Handshake, level, NextId(), cancellationToken).ConfigureAwait(false);
        }

        var id = NextId();
        RunningCall? running = null;
        if (observer is not null)
        {
            _running[id] = running = new RunningCall(observer, _unasked, cancellationToken);
            _unnamed.Offer(observer);
        }

        try
        {
            var reply = await HttpSend.RunAsync(
                static (call, token) => call.Self._channel.PostAsync(call.request.Write(call.id, call.Self.Handshake), call.session.SetHeaders, token),
                static (call, response, token) => call.Self.ReceiveAsync(response, call.session, call.id, call.request, call.running, token),
                (Self: this, session, id, request, running),
                cancellationToken).ConfigureAwait(false);
            if (reply.Fault is { Reason: FaultReasons.Unreachable or FaultReasons.Timeout or FaultReasons.HttpError } && HttpFaults.MayStillRun(reply.Fault))
            {
                // What cannot be read is an answer all the same: the server is done with the call.
                GiveUp(session, id, observer);
            }

            return reply;
        }
        catch (OperationCanceledException)
        {
            GiveUp(session, id, observer);

            // A closed connection is no cancellation in this era; the server has to be told.
            _ = NotifyCancelledAsync(session, id);
            throw;
        }
        finally
        {
            if (running is not null)
            {
                _running.TryRemove(id, out _);
                running.End();
            }
        }
    }

    /// <summary>Keeps a call in mind that the server may work on. Its answer has nowhere to come to, so that only time tells when it is over.</summary>
    private static void GiveUp(LegacySession session, long id, IUpstreamObserver? observer)
    {
        if (observer?.MayBeMeant == true)
        {
            session.GivenUp?.Add(id, mayAsk: true);
        }
    }

    private async ValueTask<UpstreamReply> ReceiveAsync(
        HttpResponseMessage response, LegacySession session, long id, UpstreamRequest request, IUpstreamObserver? observer, CancellationToken cancellationToken)
    {
        if (await HasForgottenAsync(session, response.StatusCode, cancellationToken).ConfigureAwait(false))
        {
            response.Dispose();
            return SessionForgotten;
        }

        var limit = request.MaxAnswerBytes == 0 ? _channel.MaxMessageBytes : request.MaxAnswerBytes;
        var position = new StreamPosition();
        ValueTask OnRequest(UpstreamMessage message) => AskAsync(session, message, question => observer?.TryAsk(question) == true, null, cancellationToken);
        var reply = await HttpExchange.ReceiveAsync(response, id, limit, observer, OnRequest, position, cancellationToken).ConfigureAwait(false);
        for (var fruitless = 0; ReferenceEquals(reply.Fault, HttpExchange.Cut) && position.LastEventId is not null && fruitless < MaxFruitlessResumes; fruitless++)
        {
            // A server may hang up on purpose and have the rest fetched later; from here that looks like a lost connection.
            await Task.Delay(position.Retry, _time, cancellationToken).ConfigureAwait(false);
            var seen = position.Messages;
            if (await ResumeAsync(session, position, cancellationToken).ConfigureAwait(false) is not { } resumed)
            {
                continue;
            }

            reply = await HttpExchange.ReceiveAsync(resumed, id, limit, observer, OnRequest, position, cancellationToken).ConfigureAwait(false);
            fruitless = position.Messages > seen ? -1 : fruitless;
        }

        return reply;
    }

    /// <summary>Asks for the rest of a stream; null when that fails for now, or for good.</summary>
    private async ValueTask<HttpResponseMessage?> ResumeAsync(LegacySession session, StreamPosition position, CancellationToken cancellationToken)
    {
        try
        {
            var response = await _channel.GetAsync(
                headers =>
                {
                    session.SetHeaders(headers);
                    headers.TryAddWithoutValidation("Last-Event-ID", position.LastEventId);
                },
                cancellationToken).ConfigureAwait(false);
            if (response.IsSuccessStatusCode && HttpMessageStream.IsEventStream(response))
            {
                return response;
            }

            response.Dispose();
            return null;
        }
        catch (Exception exception) when (HttpFaults.IsFailure(exception, cancellationToken))
        {
            return null;
        }
    }

    /// <summary>
    /// Tells whether a status means that the server does not know the session any more. The revision asks for 404, and many servers
    /// send 400; with either the request itself may be meant (an unknown method is 404 to some), so that another one tells.
    /// </summary>
    private async ValueTask<bool> HasForgottenAsync(LegacySession session, HttpStatusCode status, CancellationToken cancellationToken) =>
        session.Id is not null
        && status is HttpStatusCode.NotFound or HttpStatusCode.BadRequest
        && !await session.IsKnownAsync(_channel, Handshake, NextId(), cancellationToken).ConfigureAwait(false);

    private long NextId() => Interlocked.Increment(ref _lastId);

    private async Task NotifyCancelledAsync(LegacySession session, long id)
    {
        using var timeout = new CancellationTokenSource(LegacySession.GoodbyeTimeout, _time);
        await session.PostAsync(_channel, LegacyMessages.Cancelled(id), timeout.Token).ConfigureAwait(false);
    }

    /// <summary>Takes a question. A server that asks faster than it takes answers waits: each message is held until its answer has gone.</summary>
    private async ValueTask AskAsync(LegacySession session, UpstreamMessage message, Func<UpstreamQuestion, bool> tryAsk, SessionQuestions? unnamed, CancellationToken cancellationToken)
    {
        await _answering.WaitAsync(cancellationToken).ConfigureAwait(false);
        _answering.Release();
        var question = new UpstreamQuestion(message, answer => PostAnswerAsync(session, answer)) { Session = unnamed };
        if (message.Method == McpMethod.Ping || !tryAsk(question))
        {
            _ = question.RefuseAsync().AsTask();
        }
    }

    private async ValueTask<bool> PostAnswerAsync(LegacySession session, ReadOnlyMemory<byte> answer)
    {
        await _answering.WaitAsync().ConfigureAwait(false);
        try
        {
            using var timeout = new CancellationTokenSource(AnswerTimeout, _time);
            return await session.PostAsync(_channel, answer, timeout.Token).ConfigureAwait(false);
        }
        finally
        {
            _answering.Release();
        }
    }
}
