using System.Collections.Concurrent;
using System.Text;
using McpRegistry.Protocol;
using McpRegistry.Upstream;

namespace McpRegistry.Gateway.Bridging;

/// <summary>Questions of legacy servers that wait at one legacy client, by the ids that the servers gave them.</summary>
internal sealed class ForwardedQuestions
{
    private readonly ConcurrentDictionary<string, CancellationTokenSource> _running = new(StringComparer.Ordinal);

    /// <summary>Passes a question on and its answer back. Nothing is thrown.</summary>
    /// <param name="question">The question.</param>
    /// <param name="session">Whom it goes to.</param>
    /// <param name="stream">The stream to ask on.</param>
    /// <param name="cancellationToken">Gives up, and answers for the client.</param>
    public async Task ForwardAsync(UpstreamQuestion question, ClientSession session, IAnswerStream stream, CancellationToken cancellationToken)
    {
        var id = Encoding.UTF8.GetString(question.Id);
        using var asked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, session.Ended);
        _running[id] = asked;
        try
        {
            var parameters = QuestionRewriter.ForLegacy(question.Method, question.Params, session.Revision, isModern: false);
            var answer = await session.Questions.AskAsync(stream, question.Method, parameters, asked.Token).ConfigureAwait(false);
            _ = answer is { } given
                ? await question.AnswerAsync(given.Outcome, given.IsError).ConfigureAwait(false)
                : await question.WithdrawAsync().ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!_running.ContainsKey(id))
        {
            question.Forget();
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

    /// <summary>Takes a question back that its server has withdrawn; such a one wants no answer.</summary>
    public void Withdraw(UpstreamMessage cancellation)
    {
        var parameters = cancellation.Raw(cancellation.Params);
        var id = JsonMembers.Find(parameters, "requestId"u8);
        if (!id.IsMissing && _running.TryRemove(Encoding.UTF8.GetString(id.Of(parameters)), out var asked))
        {
            Cancel(asked);
        }
    }

    /// <summary>Gives up all that wait.</summary>
    public void CancelAll()
    {
        foreach (var asked in _running.Values)
        {
            Cancel(asked);
        }
    }

    private static void Cancel(CancellationTokenSource asked)
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
