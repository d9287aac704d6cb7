using McpRegistry.Protocol;
using McpRegistry.Upstream;

namespace McpRegistry.Gateway.Bridging;

/// <summary>Passes the questions of one legacy call on to its legacy client, on the stream of that call, and the answers back.</summary>
internal sealed class QuestionForwarder(GatewayCall call, CallDeadline deadline) : IDisposable
{
    private readonly ForwardedQuestions _questions = new();

    /// <summary>Takes a question if the client can answer it.</summary>
    public bool TryForward(UpstreamQuestion question)
    {
        if (!call.Stream.IsOpen || !call.Session!.Answers(question.Method, question.Params))
        {
            return false;
        }

        _ = ForwardAsync(question, call.Session);
        return true;
    }

    /// <summary>Takes a question back that its server has withdrawn.</summary>
    public void Withdraw(UpstreamMessage cancellation) => _questions.Withdraw(cancellation);

    public void Dispose() => _questions.CancelAll();

    private async Task ForwardAsync(UpstreamQuestion question, ClientSession session)
    {
        deadline.BeginQuestion();
        try
        {
            await _questions.ForwardAsync(question, session, call.Stream, deadline.Token).ConfigureAwait(false);
        }
        finally
        {
            deadline.EndQuestion();
        }
    }
}
