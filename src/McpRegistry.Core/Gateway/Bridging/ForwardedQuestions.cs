using System.Collections.Concurrent;
using System.Text;
using McpRegistry.Protocol;
using McpRegistry.Upstream;

namespace McpRegistry.Gateway.Bridging;

/// <summary>Questions of one legacy server that wait at one legacy client. Another server may give the same ids.</summary>
internal sealed class ForwardedQuestions
{
    private readonly ConcurrentDictionary<Waiting, byte> _running = new();

    /// <summary>Passes a question on and its answer back. Nothing is thrown.</summary>
    /// <param name="question">The question.</param>
    /// <param name="session">Whom it goes to.</param>
    /// <param name="stream">The stream to ask on.</param>
    /// <param name="cancellationToken">Gives up, and answers for the client.</param>
    public async Task ForwardAsync(UpstreamQuestion question, ClientSession session, IAnswerStream stream, CancellationToken cancellationToken)
    {
        using var asked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, session.Ended, question.TakenBack);
        var waiting = new Waiting(Encoding.UTF8.GetString(question.Id), asked);
        _running.TryAdd(waiting, 0);
        try
        {
            var parameters = QuestionRewriter.ForLegacy(question.Method, question.Params, session.Revision, isModern: false);
            var answer = await session.Questions.AskAsync(stream, question.Method, parameters, asked.Token).ConfigureAwait(false);
            if (answer is { } given)
            {
                await question.AnswerAsync(given.Outcome, given.IsError).ConfigureAwait(false);
            }
            else if (!question.TryReturn())
            {
                await question.WithdrawAsync().ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (waiting.IsTakenBack || question.TakenBack.IsCancellationRequested)
        {
            question.Forget();
        }
        catch (OperationCanceledException)
        {
            await question.WithdrawAsync().ConfigureAwait(false);
        }
        finally
        {
            _running.TryRemove(waiting, out _);
        }
    }

    /// <summary>Takes a question back that its server has withdrawn; such a one wants no answer.</summary>
    public void Withdraw(UpstreamMessage cancellation)
    {
        var parameters = cancellation.Raw(cancellation.Params);
        var id = Encoding.UTF8.GetString(JsonMembers.Find(parameters, "requestId"u8).Of(parameters));
        foreach (var waiting in _running.Keys.Where(waiting => string.Equals(waiting.Id, id, StringComparison.Ordinal)))
        {
            waiting.IsTakenBack = true;
            waiting.Cancel();
        }
    }

    /// <summary>Gives up all that wait.</summary>
    public void CancelAll()
    {
        foreach (var waiting in _running.Keys)
        {
            waiting.Cancel();
        }
    }

    private sealed class Waiting(string id, CancellationTokenSource asked)
    {
        private volatile bool _isTakenBack;

        public string Id => id;

        /// <summary>Gets or sets a value that tells whether its server has withdrawn it.</summary>
        public bool IsTakenBack
        {
            get => _isTakenBack;
            set => _isTakenBack = value;
        }

        public void Cancel()
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
}
