using System.Collections.Concurrent;
using System.Text;
using McpRegistry.Gateway;
using McpRegistry.Gateway.Bridging;
using McpRegistry.Protocol;
using McpRegistry.Upstream;

namespace McpRegistry.Watching;

/// <summary>Passes questions that belong to no call on to a legacy client, on the stream that it opened for what it did not ask for.</summary>
internal sealed class UnaskedQuestions(ClientSession session, WatchContext context)
{
    private readonly ConcurrentDictionary<string, CancellationTokenSource> _running = new(StringComparer.Ordinal);

    /// <summary>Takes a question if the client can be asked and can answer it.</summary>
    public bool TryForward(UpstreamQuestion question)
    {
        if (session.Stream is not { Stream: { IsOpen: true } stream } || !session.Profile.Answers(question.Method, question.Params))
        {
            return false;
        }

        _ = ForwardAsync(question, stream);
        return true;
    }

    /// <summary>Takes a question back that its server has withdrawn.</summary>
    public void Withdraw(UpstreamMessage cancellation)
    {
        var parameters = cancellation.Raw(cancellation.Params);
        var id = JsonMembers.Find(parameters, "requestId"u8);
        if (!id.IsMissing && _running.TryGetValue(Encoding.UTF8.GetString(id.Of(parameters)), out var asked))
        {
            try
            {
                asked.Cancel();
            }
            catch (ObjectDisposedException)
            {
                // It was answered between the look-up and here.
            }
        }
    }

    private async Task ForwardAsync(UpstreamQuestion question, IAnswerStream stream)
    {
        var id = Encoding.UTF8.GetString(question.Id);
        using var timeout = new CancellationTokenSource(context.Options.QuestionTimeout, context.Time);
        using var asked = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, session.Ended);
        _running[id] = asked;
        try
        {
            var parameters = QuestionRewriter.ForLegacy(question.Method, question.Params, session.Revision, isModern: false);
            var answer = await session.Questions.AskAsync(stream, question.Method, parameters, asked.Token).ConfigureAwait(false);
            _ = answer is { } given
                ? await question.AnswerAsync(given.Outcome, given.IsError).ConfigureAwait(false)
                : await question.WithdrawAsync().ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            await question.WithdrawAsync().ConfigureAwait(false);
        }
        finally
        {
            _running.TryRemove(id, out _);
        }
    }
}
