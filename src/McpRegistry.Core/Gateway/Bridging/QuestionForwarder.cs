using System.Collections.Concurrent;
using System.Text;
using McpRegistry.Protocol;
using McpRegistry.Upstream;

namespace McpRegistry.Gateway.Bridging;

/// <summary>Passes the questions of one legacy call on to its legacy client, on the stream of that call, and the answers back.</summary>
internal sealed class QuestionForwarder(GatewayCall call, CallDeadline deadline) : IDisposable
{
    private readonly ConcurrentDictionary<string, CancellationTokenSource> _running = new(StringComparer.Ordinal);

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
    public void Withdraw(UpstreamMessage cancellation)
    {
        var parameters = cancellation.Raw(cancellation.Params);
        var id = JsonMembers.Find(parameters, "requestId"u8);
        if (!id.IsMissing && _running.TryRemove(Encoding.UTF8.GetString(id.Of(parameters)), out var asked))
        {
            Cancel(asked);
        }
    }

    public void Dispose()
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

    private async Task ForwardAsync(UpstreamQuestion question, ClientSession session)
    {
        var id = Encoding.UTF8.GetString(question.Id);
        using var asked = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, session.Ended);
        _running[id] = asked;
        deadline.BeginQuestion();
        try
        {
            var parameters = QuestionRewriter.ForLegacy(question.Method, question.Params, session.Revision, isModern: false);
            var answer = await session.Questions.AskAsync(call.Stream, question.Method, parameters, asked.Token).ConfigureAwait(false);
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
            deadline.EndQuestion();
        }
    }
}
