using System.Text.Json;
using McpRegistry.EndToEnd.Tests.Wire;

namespace McpRegistry.EndToEnd.Tests.Fidelity.Replay;

/// <summary>One request of a client until its response, with the client's answers to what it is asked meanwhile.</summary>
internal sealed class ReplayDialogue(RawClient client, Passage passage, SentRequest request, CancellationToken cancellation)
{
    private readonly List<JsonElement> _notifications = [];
    private int _asked;

    public IReadOnlyList<JsonElement> Notifications => _notifications;

    /// <summary>Gets the first question that differs from what the server asked.</summary>
    public string? Fault { get; private set; }

    /// <summary>Gets the client's second request, with its answers; null when it sent none.</summary>
    public SentRequest? Retry { get; private set; }

    public SentRequest Request => request;

    /// <summary>Gets whether the questions of a modern server cannot be put to this client, so that the call fails.</summary>
    public bool IsRefused => passage is { Client: Era.Legacy, Server: Era.Modern }
        && ReplayStep.Asks(passage).Any(ask => !QuestionRules.CanBeAsked(passage, ask) || QuestionRules.FailsTheCall(ask));

    public async Task<JsonElement> RunAsync()
    {
        var response = passage.Client == Era.Legacy ? await RunLegacyAsync() : await RunModernAsync(request);
        var expected = QuestionRules.Asked(passage).Count;
        Fault ??= _asked != expected && !IsRefused ? $"the client was asked {_asked} questions, not {expected}: {response.GetRawText()}" : null;
        return response;
    }

    private async Task<JsonElement> RunLegacyAsync()
    {
        using var call = await client.BeginAsync(request.Method, cancellation, request.Members, request.Meta, request.Id);
        while (true)
        {
            var message = await call.NextAsync(cancellation);
            if (!message.TryGetProperty("method", out var method))
            {
                return message;
            }

            if (!message.TryGetProperty("id", out _))
            {
                // A question that is taken back with its call says nothing of the server's.
                if (!IsRefused || !method.ValueEquals("notifications/cancelled"))
                {
                    _notifications.Add(message);
                }

                continue;
            }

            // Questions that are asked at once may come in any order.
            var ask = QuestionRules.Asked(passage).FirstOrDefault(candidate => Difference(candidate, message) is null);
            _asked++;
            if (ask.ValueKind == JsonValueKind.Undefined)
            {
                Fault ??= Difference(QuestionRules.Asked(passage)[0], message);
                ask = QuestionRules.Asked(passage)[0];
            }

            var isError = ask.TryGetProperty("error", out var error);
            await client.RespondAsync(message, isError ? error.GetRawText() : ask.GetProperty("answer").GetRawText(), cancellation, isError ? "error" : "result");
        }
    }

    private async Task<JsonElement> RunModernAsync(SentRequest sent)
    {
        var answer = await client.CallAsync(sent.Method, cancellation, sent.Members, sent.Meta, sent.Id);
        _notifications.AddRange(answer.Messages.SkipLast(1));
        if (Retry is not null || passage.Case.Asks.Count == 0 || RawJson.Find(answer.Response, "result") is not { } result || RawJson.Find(result, "inputRequests") is not { } requests)
        {
            return answer.Response;
        }

        var responses = new List<string>();
        foreach (var (ask, question) in QuestionRules.Asked(passage).Zip(requests.EnumerateObject()))
        {
            _asked++;
            Fault ??= Difference(ask, question.Value);
            responses.Add($"\"{question.Name}\":{ask.GetProperty("answer").GetRawText()}");
        }

        Fault ??= requests.EnumerateObject().Count() == responses.Count ? null : $"the client was asked {requests.GetRawText()}";
        var members = $"\"inputResponses\":{{{string.Join(',', responses)}}},\"requestState\":{result.GetProperty("requestState").GetRawText()}";
        Retry = sent with { Members = RawJson.Join(sent.Members, members) };
        return await RunModernAsync(Retry);
    }

    private string? Difference(JsonElement ask, JsonElement question)
    {
        if (!question.GetProperty("method").ValueEquals(ask.GetProperty("method").GetString()))
        {
            return $"the client was asked {question.GetRawText()}";
        }

        var expected = JsonTree.Of(ask.GetProperty("params"));
        Rewrite.All(AnswerRewrites.Questions, expected, passage);
        return JsonDifference.Find(expected, AnswerRewrites.Asked(JsonTree.Of(question.GetProperty("params")), passage), "question.params");
    }
}
