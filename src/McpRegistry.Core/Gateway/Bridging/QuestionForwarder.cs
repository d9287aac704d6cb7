using McpRegistry.Protocol;
using McpRegistry.Upstream;

namespace McpRegistry.Gateway.Bridging;

/// <summary>Passes the questions of one legacy call on to its legacy client, on the stream of that call, and the answers back.</summary>
internal sealed class QuestionForwarder(GatewayCall call, CallDeadline deadline) : IDisposable
{
    private readonly ForwardedQuestions _questions = new();
    private readonly ForwardedQuestions _unnamed = new();

    /// <summary>Takes a question if the client can answer it.</summary>
    public bool TryForward(UpstreamQuestion question)
    {
        if (!call.Stream.IsOpen || !call.Session!.Answers(question.Method, question.Params))
        {
            return false;
        }

        _ = ForwardAsync(question, call.Session, call.Stream);
        return true;
    }

    /// <summary>Takes a question back that its server has withdrawn.</summary>
    public void Withdraw(UpstreamMessage cancellation)
    {
        _questions.Withdraw(cancellation);
        _unnamed.Withdraw(cancellation);
    }

    /// <summary>Takes back what belongs to the call. The client has the other questions, and answers them by requests of their own.</summary>
    public void Dispose() => _questions.CancelAll();

    private async Task ForwardAsync(UpstreamQuestion question, ClientSession session, IAnswerStream stream)
    {
        deadline.BeginQuestion();
        try
        {
            await (question.Session is null
                ? _questions.ForwardAsync(question, session, stream, deadline.Token)
                : ForwardUnnamedAsync(question, session, stream)).ConfigureAwait(false);
        }
        finally
        {
            deadline.EndQuestion();
        }
    }

    /// <summary>
    /// Waits for the answer beyond the end of the call. A call that is cut short takes what may be about it along; the client's roots are
    /// about none.
    /// </summary>
    private async Task ForwardUnnamedAsync(UpstreamQuestion question, ClientSession session, IAnswerStream stream)
    {
        using var ending = deadline.TimeQuestion();
        var link = question.Method == McpMethod.RootsList
            ? default
            : deadline.Token.UnsafeRegister(static ending => ((CancellationTokenSource)ending!).Cancel(), ending);
        await using (link.ConfigureAwait(false))
        {
            await _unnamed.ForwardAsync(question, session, stream, ending.Token).ConfigureAwait(false);
        }
    }
}
