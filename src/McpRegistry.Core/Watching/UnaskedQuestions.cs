using McpRegistry.Gateway;
using McpRegistry.Gateway.Bridging;
using McpRegistry.Protocol;
using McpRegistry.Upstream;

namespace McpRegistry.Watching;

/// <summary>Passes questions of one server that belong to no call on to a legacy client, on the stream that it opened for what it did not ask for.</summary>
internal sealed class UnaskedQuestions(ClientSession session, WatchContext context)
{
    private readonly ForwardedQuestions _questions = new();

    /// <summary>Takes a question if the client can be asked and can answer it.</summary>
    public bool TryForward(UpstreamQuestion question)
    {
        if (session.Stream is not { Stream: { IsOpen: true } stream } || !session.Answers(question.Method, question.Params))
        {
            return false;
        }

        _ = ForwardAsync(question, stream);
        return true;
    }

    /// <summary>Takes a question back that its server has withdrawn.</summary>
    public void Withdraw(UpstreamMessage cancellation) => _questions.Withdraw(cancellation);

    private async Task ForwardAsync(UpstreamQuestion question, IAnswerStream stream)
    {
        using var timeout = new CancellationTokenSource(context.Options.QuestionTimeout, context.Time);
        await _questions.ForwardAsync(question, session, stream, timeout.Token).ConfigureAwait(false);
    }
}
