using System.Security.Cryptography;
using McpRegistry.Discovery;
using McpRegistry.Protocol;
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

    private const int MaxKeptMessages = 100;

    private readonly Lock _lock = new();
    private readonly ConnectionLease _lease;
    private readonly ClientProfile _profile;
    private readonly CallDeadline _deadline;
    private readonly CancellationTokenSource _abandoned = new();
    private readonly List<OpenQuestion> _questions = [];
    private readonly Queue<UpstreamMessage> _messages = new();
    private readonly Task<UpstreamReply> _exchange;
    private TaskCompletionSource _asked = NewSignal();
    private RelayObserver? _client;
    private UpstreamMessage? _progress;
    private int _keys;
    private bool _isAttached = true;
    private bool _isDisposed;

    public SuspendableCall(GatewayCall call, string alias, ConnectionLease lease, RelayedRequest request, GatewayOptions options, TimeProvider time)
    {
        _lease = lease;
        _profile = call.Profile;
        _deadline = new CallDeadline(options, time, _abandoned.Token);
        Alias = alias;
        Principal = call.Caller.PrincipalId;
        _client = new RelayObserver(call, _deadline);
        _exchange = ExchangeAsync(request);
    }

    public Guid Handle { get; } = new(RandomNumberGenerator.GetBytes(16));

    public string Alias { get; }

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

            if (_exchange.IsCompleted)
            {
                return await _exchange.ConfigureAwait(false);
            }

            lock (_lock)
            {
                // The server may have taken its questions back while others were waited for.
                if (_questions.Count > 0)
                {
                    return null;
                }
            }
        }
    }

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

    /// <summary>Takes the client back; false when that round was answered before, or the call is over.</summary>
    public bool TryResume(GatewayCall call, int round)
    {
        lock (_lock)
        {
            if (_isDisposed || _isAttached || round != Round)
            {
                return false;
            }

            Round++;
            _isAttached = true;
            _client = new RelayObserver(call, _deadline);
            _deadline.Resume();
            return true;
        }
    }

    /// <summary>Tells whether the client is away.</summary>
    public bool IsSuspended
    {
        get
        {
            lock (_lock)
            {
                return !_isAttached;
            }
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
        RelayObserver? client;
        lock (_lock)
        {
            client = _client;
            if (notification.Method == McpMethod.Cancelled)
            {
                Withdraw_NeedsLock(notification);
                return;
            }

            if (client is null)
            {
                Keep_NeedsLock(notification);
                return;
            }
        }

        await client.NotifiedAsync(notification, cancellationToken).ConfigureAwait(false);
    }

    public bool TryAsk(UpstreamQuestion question)
    {
        lock (_lock)
        {
            if (_isDisposed || _questions.Count >= MaxQuestions || !_profile.Answers(question.Method, question.Params))
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
    /// any more, and the session goes back.
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
        await Task.WhenAll(open.Select(question => question.Question.WithdrawAsync().AsTask())).ConfigureAwait(false);
        await _abandoned.CancelAsync().ConfigureAwait(false);
        await _exchange.ConfigureAwait(false);
        _client?.Dispose();
        _deadline.Dispose();
        _lease.Dispose();
        _abandoned.Dispose();
    }

    private async Task<UpstreamReply> ExchangeAsync(RelayedRequest request)
    {
        try
        {
            var reply = await ClientSpan.SendAsync(_lease.Connection, request, this, Alias, _deadline.Token).ConfigureAwait(false);
            if (!reply.Answered)
            {
                _lease.Report(reply.Fault);
            }

            return reply;
        }
        catch (OperationCanceledException)
        {
            return new UpstreamFault(FaultReasons.Timeout, "It took longer than the gateway waits.", MayHaveRun: true);
        }
    }

    /// <summary>Of progress only the latest counts; log messages are kept up to a bound, the first ones first.</summary>
    private void Keep_NeedsLock(UpstreamMessage notification)
    {
        if (notification.Method == McpMethod.Progress)
        {
            _progress = notification;
        }
        else if (notification.Method == McpMethod.LogMessage && _messages.Count < MaxKeptMessages)
        {
            _messages.Enqueue(notification);
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
            kept = _progress is null ? [.. _messages] : [.. _messages, _progress];
            _progress = null;
            _messages.Clear();
        }

        foreach (var message in kept)
        {
            await client!.NotifiedAsync(message, cancellationToken).ConfigureAwait(false);
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
