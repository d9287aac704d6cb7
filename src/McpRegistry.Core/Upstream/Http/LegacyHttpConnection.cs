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

    /// <summary>How often a stream is resumed that brings nothing new.</summary>
    private const int MaxFruitlessResumes = 5;

    private readonly HttpChannel _channel;
    private readonly TimeProvider _time;
    private readonly ClientProfile _profile;

    /// <summary>Who asked what is running, for questions that a server sends on its other stream.</summary>
    private readonly ConcurrentDictionary<long, IUpstreamObserver> _running = new();

    [SuppressMessage("Usage", "CA2213", Justification = "A late call may still wait for it; it holds nothing to release.")]
    private readonly SemaphoreSlim _opening = new(1, 1);
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
    }

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
        var session = _session;
        var reply = await SendOnceAsync(session, request, observer, cancellationToken).ConfigureAwait(false);
        if (reply.Fault?.Reason != FaultReasons.SessionLost)
        {
            return reply;
        }

        var fault = await ReopenAsync(session, cancellationToken).ConfigureAwait(false);
        return fault ?? await SendOnceAsync(_session, request, observer, cancellationToken).ConfigureAwait(false);
    }

    public override async ValueTask NotifyAsync(ReadOnlyMemory<byte> notification, CancellationToken cancellationToken) =>
        await Volatile.Read(ref _session).PostAsync(_channel, notification, cancellationToken).ConfigureAwait(false);

    public override ValueTask DisposeAsync() =>
        Interlocked.Exchange(ref _closed, 1) == 0 ? Volatile.Read(ref _session).EndAsync(_channel, _time) : ValueTask.CompletedTask;

    private async ValueTask<UpstreamReply> SendOnceAsync(LegacySession session, UpstreamRequest request, IUpstreamObserver? observer, CancellationToken cancellationToken)
    {
        if (request.LogLevel is { } level)
        {
            await session.EnsureLogLevelAsync(_channel, Handshake, level, NextId(), cancellationToken).ConfigureAwait(false);
        }

        var id = NextId();
        if (observer is not null)
        {
            _running[id] = observer;
        }

        try
        {
            return await HttpSend.RunAsync(
                static (call, token) => call.Self.ExchangeAsync(call.session, call.id, call.request, call.observer, token),
                (Self: this, session, id, request, observer),
                cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // A closed connection is no cancellation in this era; the server has to be told.
            _ = NotifyCancelledAsync(session, id);
            throw;
        }
        finally
        {
            _running.TryRemove(id, out _);
        }
    }

    private async ValueTask<UpstreamReply> ExchangeAsync(LegacySession session, long id, UpstreamRequest request, IUpstreamObserver? observer, CancellationToken cancellationToken)
    {
        var body = request.Write(id, Handshake);
        var response = await _channel.PostAsync(body, session.SetHeaders, cancellationToken).ConfigureAwait(false);
        if (response.StatusCode == HttpStatusCode.NotFound && session.Id is not null)
        {
            response.Dispose();
            return UpstreamReply.Failed(FaultReasons.SessionLost, "The server has forgotten the session.", mayHaveRun: false);
        }

        var limit = request.MaxAnswerBytes == 0 ? _channel.MaxMessageBytes : request.MaxAnswerBytes;
        var position = new StreamPosition();
        void OnRequest(UpstreamMessage message) => Ask(session, message, question => observer?.TryAsk(question) == true);
        var reply = await HttpExchange.ReceiveAsync(response, id, limit, observer, OnRequest, position, cancellationToken).ConfigureAwait(false);
        for (var fruitless = 0; ReferenceEquals(reply.Fault, HttpExchange.Cut) && position.LastEventId is not null && fruitless < MaxFruitlessResumes; fruitless++)
        {
            // A server may hang up on purpose and have the rest fetched later; from here that looks like a lost connection.
            await Task.Delay(position.Retry, _time, cancellationToken).ConfigureAwait(false);
            var seen = position.Events;
            if (await ResumeAsync(session, position, cancellationToken).ConfigureAwait(false) is not { } resumed)
            {
                continue;
            }

            reply = await HttpExchange.ReceiveAsync(resumed, id, limit, observer, OnRequest, position, cancellationToken).ConfigureAwait(false);
            fruitless = position.Events > seen + 1 ? -1 : fruitless;
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
        catch (Exception exception) when (HttpFaults.IsTransport(exception) && !cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    private long NextId() => Interlocked.Increment(ref _lastId);

    /// <summary>Opens a new session unless another request has done so meanwhile.</summary>
    private async ValueTask<UpstreamFault?> ReopenAsync(LegacySession lost, CancellationToken cancellationToken)
    {
        await _opening.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (Volatile.Read(ref _closed) != 0)
            {
                return new UpstreamFault(FaultReasons.SessionLost, "The session was closed.");
            }

            if (!ReferenceEquals(_session, lost))
            {
                return null;
            }

            var opened = await LegacySession.OpenAsync(_channel, _time, _profile, Handshake.Revision, cancellationToken).ConfigureAwait(false);
            if (opened.Fault is not null)
            {
                return opened.Fault;
            }

            Handshake = opened.Handshake!;
            Volatile.Write(ref _session, opened.Session!);

            // The connection was closed meanwhile and has ended an older session only.
            if (Interlocked.CompareExchange(ref _closed, 1, 1) != 0)
            {
                await opened.Session!.EndAsync(_channel, _time).ConfigureAwait(false);
            }

            return null;
        }
        finally
        {
            _opening.Release();
        }
    }

    private async Task NotifyCancelledAsync(LegacySession session, long id)
    {
        using var timeout = new CancellationTokenSource(LegacySession.GoodbyeTimeout, _time);
        await session.PostAsync(_channel, LegacyMessages.Cancelled(id), timeout.Token).ConfigureAwait(false);
    }

    private void Ask(LegacySession session, UpstreamMessage message, Func<UpstreamQuestion, bool> tryAsk)
    {
        var question = new UpstreamQuestion(message, answer => PostAnswerAsync(session, answer));
        if (message.Method == McpMethod.Ping || !tryAsk(question))
        {
            _ = question.RefuseAsync().AsTask();
        }
    }

    private async ValueTask<bool> PostAnswerAsync(LegacySession session, ReadOnlyMemory<byte> answer)
    {
        using var timeout = new CancellationTokenSource(AnswerTimeout, _time);
        return await session.PostAsync(_channel, answer, timeout.Token).ConfigureAwait(false);
    }
}
