using System.Buffers;
using McpRegistry.Protocol;

namespace McpRegistry.Gateway.Bridging;

/// <summary>
/// A legacy client's call to a modern server that asks for input: the call is held while the client answers on its stream,
/// and sent again with the answers (protocol.md 5.4).
/// </summary>
internal sealed class HeldCall(GatewayCall call, string alias, CallDeadline deadline, TimeProvider time)
{
    /// <summary>As many rounds as the SDKs' own clients go.</summary>
    private const int MaxRounds = 10;

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(50);

    private int _round;

    /// <summary>Answers one round.</summary>
    /// <param name="result">The server's result that asks.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The members to send the call again with, or why that cannot be done.</returns>
    public async ValueTask<(ReadOnlyMemory<byte> Answers, GatewayError? Error)> AnswerAsync(ReadOnlyMemory<byte> result, CancellationToken cancellationToken)
    {
        if (++_round > MaxRounds)
        {
            return (default, NotRelayed($"it asks more than {MaxRounds} times"));
        }

        if (InputRequired.Read(result.Span) is not { } requests)
        {
            return (default, NotRelayed("it asks something that this protocol revision does not know"));
        }

        if (requests.Count == 0 && JsonMembers.Find(result.Span, "requestState"u8).IsMissing)
        {
            return (default, NotRelayed("it does not say which"));
        }

        if (requests.Count == 0)
        {
            // A server that only wants its state back needs time, and more of it each round.
            await Task.Delay(FirstPause * (1 << Math.Min(_round - 1, 5)), time, cancellationToken).ConfigureAwait(false);
        }

        // All or nothing: nobody should be asked for what cannot be sent.
        if (!requests.TrueForAll(request => call.Session!.Answers(request.Method, request.Params.Span)))
        {
            return (default, NotRelayed("the client has not declared that it answers that"));
        }

        using var failing = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, call.Session!.Ended);
        byte[]?[] outcomes;
        try
        {
            outcomes = await Task.WhenAll(requests.Select(request => AskAsync(request, failing, cancellationToken))).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (deadline.HasExpired)
        {
            // The server has answered long since; it is the client that was waited for.
            outcomes = [null];
        }

        return outcomes.Contains(null)
            ? (default, NotRelayed("the client did not answer its question"))
            : (Write(requests, outcomes!, result.Span), null);
    }

    /// <summary>Asks one question; null without an answer, and then the others are given up too.</summary>
    private async Task<byte[]?> AskAsync(InputRequest request, CancellationTokenSource failing, CancellationToken cancellationToken)
    {
        var session = call.Session!;
        var parameters = QuestionRewriter.ForLegacy(request.Method, request.Params.Span, session.Revision, isModern: true);
        deadline.BeginQuestion();
        try
        {
            var answer = await session.Questions.AskAsync(call.Stream, request.Method, parameters, failing.Token).ConfigureAwait(false);
            var outcome = answer switch
            {
                null => null,
                { IsError: false } => answer.Value.Outcome.ToArray(),
                _ => InsteadOfError(request.Method),
            };
            if (outcome is null)
            {
                await failing.CancelAsync().ConfigureAwait(false);
            }

            return outcome;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
        finally
        {
            deadline.EndQuestion();
        }
    }

    /// <summary>The modern protocol has no way to say that a question failed.</summary>
    private static byte[]? InsteadOfError(McpMethod method) => method switch
    {
        McpMethod.Elicitation => "{\"action\":\"cancel\"}"u8.ToArray(),
        McpMethod.RootsList => "{\"roots\":[]}"u8.ToArray(),
        _ => null,
    };

    private static ReadOnlyMemory<byte> Write(List<InputRequest> requests, byte[][] outcomes, ReadOnlySpan<byte> result)
    {
        var output = new ArrayBufferWriter<byte>(256);
        if (requests.Count > 0)
        {
            output.Write("\"inputResponses\":"u8);
            var separator = "{"u8;
            for (var i = 0; i < requests.Count; i++)
            {
                output.Write(separator);
                output.Write(JsonText.Quote(requests[i].Key));
                output.Write(":"u8);
                output.Write(outcomes[i]);
                separator = ","u8;
            }

            output.Write("}"u8);
        }

        var state = JsonMembers.Find(result, "requestState"u8);
        if (!state.IsMissing)
        {
            output.Write(requests.Count > 0 ? ",\"requestState\":"u8 : "\"requestState\":"u8);
            output.Write(state.Of(result));
        }

        return output.WrittenMemory;
    }

    private GatewayError NotRelayed(string why) =>
        new(ErrorCodes.InternalError, $"Server '{alias}' needs an answer to go on, but {why}.", "question_not_relayed") { Upstream = alias };
}
