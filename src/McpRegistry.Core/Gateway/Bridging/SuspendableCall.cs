using System.Security.Cryptography;
using McpRegistry.Discovery;
using McpRegistry.Gateway.Active;
using McpRegistry.Protocol;
using McpRegistry.Servers;
using McpRegistry.Telemetry;
using McpRegistry.Upstream;

namespace McpRegistry.Gateway.Bridging;

/// <summary>
/// A modern client's call to a legacy server that may ask. The exchange with the server lives on while the client, which
/// was told what is asked, has no request open (protocol.md 5.3).
/// </summary>
internal sealed class SuspendableCall : IUpstreamObserver, IAsyncDisposable
{
    /// <summary>Questions of one server in one call; those beyond are refused.</summary>
    private const int MaxQuestions = 32;

    /// <summary>They become one answer, and wait with the call: many of them would fill the memory.</summary>
    private const int MaxQuestionBytes = 8 * 1024 * 1024;

    private readonly Lock _lock = new();
    private readonly ConnectionLease _lease;
    private readonly CallDeadline _deadline;
    private readonly ActiveCalls _active;
    private readonly CancellationTokenSource _abandoned = new();
    private readonly List<OpenQuestion> _questions = [];
    private readonly MissedMessages _missed = new();
    private readonly Task<UpstreamReply> _exchange;
    private TaskCompletionSource _asked = NewSignal();
    private TaskCompletionSource? _replaying;
    private RelayObserver? _client;
    private ClientProfile _profile;
    private LogLevel? _wanted;
    private int _keys;
    private bool _isAttached = true;
    private bool _isGivenUp;
    private bool _isDisposed;

    public SuspendableCall(
        GatewayCall call, RegisteredServer server, ConnectionLease lease, RelayedRequest request, ActiveCall begun, ActiveCalls active, GatewayOptions options, TimeProvider time)
    {
        _lease = lease;
        _profile = call.Profile;
        _wanted = call.LogLevel;
        _deadline = new CallDeadline(options, time, _abandoned.Token, call.Times);
        _active = active;
        Server = server;
        Principal = call.Caller.PrincipalId;

        // The client's request ends with the first question, and with it the buffer that it came in; the call goes on.
        var own = call.Detach();
        active.Replace(begun, _deadline, own);
        _client = new RelayObserver(own, _deadline);
        _exchange = ExchangeAsync(request.For(own));
    }

    public bool MayBeMeant => true;

    public Guid Handle { get; } = new(RandomNumberGenerator.GetBytes(16));

    public RegisteredServer Server { get; }

    public string Principal { get; }

    /// <summary>Gets how often the client was asked and answered.</summary>
    public int Round { get; private set; }

    /// <summary>Waits until the server has answered or asks something.</summary>
    /// <param name="settle">Waits a moment for further questions.</param>
    /// <param name="cancellationToken">The client's; ends the wait only.</param>
    /// <returns>The reply; null when there are questions.</returns>
    public async ValueTask<UpstreamReply?> WaitAsync(Func<CancellationToken, Task> settle, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task asked;
            lock (_lock)
            {
                if (_questions.Count == 0 && _asked.Task.IsCompleted)
                {
                    _asked = NewSignal();
                }

                asked = _asked.Task;
            }

            await Task.WhenAny(_exchange, asked).WaitAsync(cancellationToken).ConfigureAwait(false);
            if (!_exchange.IsCompleted)
            {
                await Task.WhenAny(_exchange, settle(cancellationToken)).ConfigureAwait(false);
                cancellationToken.ThrowIfCancellationRequested();
            }

            lock (_lock)
            {
                // The server may have taken its questions back while others were waited for.
                if (_exchange.IsCompleted ? HoldsAnswer_NeedsLock() : _questions.Count > 0)
                {
                    return null;
                }
            }

            if (_exchange.IsCompleted)
            {
                return await _exchange.ConfigureAwait(false);
            }
        }
    }

    /// <summary>Gets the answer of the server, where the client is asked something before it gets that.</summary>
    public Task<UpstreamReply>? Finished => _exchange.IsCompleted ? _exchange : null;

    /// <summary>Lets the client go; from here on the server waits for it.</summary>
    /// <returns>What the client has to answer.</returns>
    public IReadOnlyCollection<InputRequest> Suspend()
    {
        lock (_lock)
        {
            _client = null;
            _isAttached = false;
            _deadline.Suspend();
            return [.. _questions.Select(question => question.Request)];
        }
    }

    /// <summary>Takes the client back. Its answers are to be passed on next.</summary>
    /// <param name="call">The client's new request; what it declares counts from here on.</param>
    /// <param name="round">Which round it answers.</param>
    /// <param name="responses">The raw <c>inputResponses</c>; empty when there are none.</param>
    /// <returns>Why the client cannot come back, and the call stays as it is; null when it is back.</returns>
    public GatewayError? Resume(GatewayCall call, int round, ReadOnlyMemory<byte> responses)
    {
        lock (_lock)
        {
            if (_isDisposed || _isGivenUp)
            {
                return StateErrors.Expired;
            }

            if (_isAttached || round != Round)
            {
                return StateErrors.Used;
            }

            var beyond = _questions.FindAll(question =>
                !call.Profile.Answers(question.Request.Method, question.Request.Params.Span) && Find(responses.Span, question.Key) is null);
            if (beyond.Count > 0)
            {
                return RequiredCapabilities.Missing(beyond.Select(static question => question.Request));
            }

            Round++;
            _isAttached = true;
            _profile = call.Profile;
            _wanted = call.LogLevel;
            _replaying = NewSignal();
            _client = new RelayObserver(call.Detach(), _deadline);
            _deadline.Resume();
            return null;
        }
    }

    /// <summary>Ends the wait for a client that did not come back; false when it did, or the call is over.</summary>
    /// <param name="round">The round that it should have answered.</param>
    public bool TryGiveUp(int round)
    {
        lock (_lock)
        {
            _isGivenUp |= !_isAttached && !_isDisposed && round == Round;
            return _isGivenUp;
        }
    }

    /// <summary>Passes the client's answers on, and what the server said in the meantime to the client.</summary>
    /// <param name="responses">The raw <c>inputResponses</c>; empty when there are none.</param>
    /// <param name="cancellationToken">The client's.</param>
    public async ValueTask AnswerAsync(ReadOnlyMemory<byte> responses, CancellationToken cancellationToken)
    {
        await ReplayAsync(cancellationToken).ConfigureAwait(false);
        List<(OpenQuestion Question, byte[] Answer)> answered;
        lock (_lock)
        {
            answered = [.. from question in _questions
                           let answer = Find(responses.Span, question.Key)
                           where answer is not null
                           select (question, answer)];
            answered.ForEach(pair => _questions.Remove(pair.Question));
        }

        foreach (var (question, answer) in answered)
        {
            await question.Question.AnswerAsync(answer, isError: false).ConfigureAwait(false);
        }
    }

    public async ValueTask NotifiedAsync(UpstreamMessage notification, CancellationToken cancellationToken)
    {
        RelayObserver client;
        Task? replayed;
        lock (_lock)
        {
            if (notification.Method == McpMethod.Cancelled)
            {
                Withdraw_NeedsLock(notification);
                return;
            }

            if (_client is null)
            {
                Keep_NeedsLock(notification);
                return;
            }

            (client, replayed) = (_client, _replaying?.Task);
        }

        if (replayed is not null)
        {
            // What was said while the client was away comes first.
            await replayed.WaitAsync(cancellationToken).ConfigureAwait(false);
        }

        await client.NotifiedAsync(notification, cancellationToken).ConfigureAwait(false);
    }

    public bool TryAsk(UpstreamQuestion question)
    {
        lock (_lock)
        {
            if (_isDisposed || _questions.Count >= MaxQuestions || IsFull_NeedsLock(question) || !_profile.Answers(question.Method, question.Params))
            {
                return false;
            }

            _questions.Add(new OpenQuestion($"r{++_keys}", question));
            _asked.TrySetResult();
            return true;
        }
    }

    /// <summary>
    /// Ends the call in whatever state it is: open questions are answered for the client, the server is told that nobody waits
    /// any more. The session goes back with the end of the exchange, whichever came first.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        OpenQuestion[] open;
        lock (_lock)
        {
            if (_isDisposed)
            {
                return;
            }

            _isDisposed = true;
            open = [.. _questions];
            _questions.Clear();
        }

        // At once: a server that takes no answers would keep the others, and the end of the call, waiting for each.
        await Task.WhenAll(open.Select(static question => EndAsync(question.Question))).ConfigureAwait(false);
        await _abandoned.CancelAsync().ConfigureAwait(false);
        await _exchange.ConfigureAwait(false);
        _client?.Dispose();
        _deadline.Dispose();
        _abandoned.Dispose();
    }

    private async Task<UpstreamReply> ExchangeAsync(RelayedRequest request)
    {
        _lease.Sending();
        try
        {
            var reply = await ClientSpan.SendAsync(_lease.Connection, request, this, Server.Alias, _deadline.Token).ConfigureAwait(false);
            _lease.Answered(reply, HasAsked);
            return reply.Answered ? reply : _lease.Report(reply.Fault);
        }
        catch (OperationCanceledException)
        {
            if (_deadline.BlamesServer && !HasAsked)
            {
                _lease.TimedOut();
            }

            return _deadline.IsCancelled
                ? UpstreamRelay.Cancelled
                : new UpstreamFault(FaultReasons.Timeout, "It took longer than the gateway waits.", MayHaveRun: true);
        }
        finally
        {
            // Its client may be away for long. All that is kept for it is the reply.
            _active.Leave(_deadline);
            _lease.Dispose();
        }
    }

    /// <summary>The roots of a client are none of a call's own: another one may ask for them.</summary>
    private static async Task EndAsync(UpstreamQuestion question)
    {
        if (question.Method != McpMethod.RootsList || !question.TryReturn())
        {
            await question.WithdrawAsync().ConfigureAwait(false);
        }
    }

    private bool HasAsked => Volatile.Read(ref _keys) > 0;

    private bool IsFull_NeedsLock(UpstreamQuestion question) =>
        question.Message.Json.Length + _questions.Sum(static open => (long)open.Question.Message.Json.Length) > MaxQuestionBytes;

    /// <summary>
    /// Tells whether the client is to be asked before it gets the answer: what the server wants to know of the session, such as the client's
    /// roots, it asks once, and there is no other way to ask this client.
    /// </summary>
    private bool HoldsAnswer_NeedsLock()
    {
        _questions.RemoveAll(static question => question.Question is { Session: not null, IsOpen: false });
        return _questions.Exists(static question => question.Question is { Session: not null, Method: McpMethod.RootsList });
    }

    /// <summary>Keeps what the client wanted to hear when it was last there.</summary>
    private void Keep_NeedsLock(UpstreamMessage notification)
    {
        if (notification.Method != McpMethod.LogMessage
            || LogLevels.Parse(JsonMembers.FindText(notification.Raw(notification.Params), "level"u8)) >= _wanted)
        {
            _missed.Keep(notification);
        }
    }

    private void Withdraw_NeedsLock(UpstreamMessage cancellation)
    {
        var parameters = cancellation.Raw(cancellation.Params);
        var id = JsonMembers.Find(parameters, "requestId"u8).Of(parameters).ToArray();
        foreach (var withdrawn in _questions.Where(question => question.Question.Id.SequenceEqual(id)).ToArray())
        {
            _questions.Remove(withdrawn);
            withdrawn.Question.Forget();
        }
    }

    private async ValueTask ReplayAsync(CancellationToken cancellationToken)
    {
        RelayObserver? client;
        UpstreamMessage[] kept;
        lock (_lock)
        {
            client = _client;
            kept = _missed.Take();
        }

        try
        {
            foreach (var message in kept)
            {
                await client!.NotifiedAsync(message, cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            _replaying?.TrySetResult();
        }
    }

    /// <summary>An answer is an object; anything else is none.</summary>
    private static byte[]? Find(ReadOnlySpan<byte> responses, string key)
    {
        var answer = JsonMembers.Find(responses, System.Text.Encoding.UTF8.GetBytes(key)).Of(responses);
        return answer is [(byte)'{', ..] ? answer.ToArray() : null;
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
