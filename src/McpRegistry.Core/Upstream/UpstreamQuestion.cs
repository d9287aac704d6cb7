using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using McpRegistry.Protocol;

namespace McpRegistry.Upstream;

/// <summary>A request of an upstream to its client. Whoever takes it answers it once; further answers are dropped.</summary>
/// <param name="message">The request as it came.</param>
/// <param name="post">Sends a message to the session or channel that the question came from; false when that is gone.</param>
/// <param name="settled">Called once, when the question is open no more.</param>
[SuppressMessage("Design", "CA1001", Justification = "The source holds nothing to release: it has no timer, and who links to it lets go of it.")]
internal sealed class UpstreamQuestion(UpstreamMessage message, Func<ReadOnlyMemory<byte>, ValueTask<bool>> post, Action? settled = null)
{
    private readonly CancellationTokenSource _takenBack = new();
    private readonly HashSet<object> _takers = new(ReferenceEqualityComparer.Instance);
    private int _answered;

    public UpstreamMessage Message => message;

    public McpMethod Method => message.Method;

    /// <summary>
    /// Gets the session whose question it is if the server named no call with it. Such a one is not settled by the end of the call that it was
    /// put to; null when it belongs to that call.
    /// </summary>
    public SessionQuestions? Session { get; init; }

    /// <summary>Gets a value that tells whether it still wants an answer.</summary>
    public bool IsOpen => Volatile.Read(ref _answered) == 0;

    /// <summary>Gets a token that is cancelled when the server takes it back, or is gone.</summary>
    public CancellationToken TakenBack => _takenBack.Token;

    /// <summary>Gets the raw id that the server gave it.</summary>
    public ReadOnlySpan<byte> Id => message.Raw(message.Id);

    /// <summary>Gets the raw params; empty when there are none.</summary>
    public ReadOnlySpan<byte> Params => message.Raw(message.Params);

    /// <summary>Answers with a raw <c>result</c> or <c>error</c> object. Infrastructure failures are not thrown: the next call meets them.</summary>
    /// <returns>False when it was answered before or cannot be delivered any more.</returns>
    public async ValueTask<bool> AnswerAsync(ReadOnlyMemory<byte> outcome, bool isError)
    {
        if (Interlocked.Exchange(ref _answered, 1) != 0)
        {
            return false;
        }

        settled?.Invoke();
        var output = new ArrayBufferWriter<byte>(outcome.Length + 64);
        output.Write("{\"jsonrpc\":\"2.0\",\"id\":"u8);
        output.Write(Id);
        output.Write(isError ? ",\"error\":"u8 : ",\"result\":"u8);
        output.Write(outcome.Span);
        output.Write("}"u8);
        return await post(output.WrittenMemory).ConfigureAwait(false);
    }

    /// <summary>Drops a question that its server has taken back: that wants no answer.</summary>
    public void Forget()
    {
        if (Interlocked.Exchange(ref _answered, 1) == 0)
        {
            settled?.Invoke();
        }
    }

    /// <summary>Drops the question and tells whoever was asked it.</summary>
    public void TakeBack()
    {
        Forget();
        _takenBack.Cancel();
    }

    /// <summary>Puts the question to a call that has not taken it before: whoever gave it back would take it again without end.</summary>
    public bool TryPut(IUpstreamObserver call) => TryNote(call) && (call.TryAsk(this) || Refused(call));

    /// <summary>Puts the question to a stream of the client's own that has not taken it before.</summary>
    public bool TryPut(IUpstreamListener listener) => TryNote(listener) && (listener.TryAsk(this) || Refused(listener));

    /// <summary>Gives the question back to its session, where somebody else gets it: now, or as soon as there is somebody who can be asked.</summary>
    /// <returns>False when it belongs to a call, or cannot wait any longer.</returns>
    public bool TryReturn() => Session?.TryReturn(this) == true;

    /// <summary>Answers without a client: ping, or "not supported".</summary>
    public ValueTask<bool> RefuseAsync() => message.Method == McpMethod.Ping
        ? AnswerAsync("{}"u8.ToArray(), isError: false)
        : AnswerAsync("{\"code\":-32601,\"message\":\"The client does not support this method.\"}"u8.ToArray(), isError: true);

    /// <summary>
    /// Answers for a client that is gone or gave up: it did not choose (protocol.md 5.3, step 5). Only an elicitation has a
    /// way to say so.
    /// </summary>
    public ValueTask<bool> WithdrawAsync() => message.Method == McpMethod.Elicitation
        ? AnswerAsync("{\"action\":\"cancel\"}"u8.ToArray(), isError: false)
        : AnswerAsync("{\"code\":-32603,\"message\":\"The client did not answer.\"}"u8.ToArray(), isError: true);

    /// <summary>Before it is asked: whoever cannot pass the question on gives it back while it still takes it.</summary>
    private bool TryNote(object taker)
    {
        lock (_takers)
        {
            return _takers.Add(taker);
        }
    }

    private bool Refused(object taker)
    {
        lock (_takers)
        {
            _takers.Remove(taker);
            return false;
        }
    }
}
