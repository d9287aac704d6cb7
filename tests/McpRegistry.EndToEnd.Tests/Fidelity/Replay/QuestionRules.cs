using System.Text.Json;
using McpRegistry.EndToEnd.Tests.Wire;

namespace McpRegistry.EndToEnd.Tests.Fidelity.Replay;

/// <summary>Who is asked what, and what of the answers reaches the server.</summary>
internal static class QuestionRules
{
    /// <summary>Tells whether a question is one that this client can be asked: it never sees a ping, nor, before 2025-11-25, a URL.</summary>
    public static bool CanBeAsked(Passage passage, JsonElement ask) =>
        ask.GetProperty("method").GetString() != "ping" && !(IsUrl(ask) && string.CompareOrdinal(passage.ClientRevision, RawClient.LegacyVersion) < 0);

    /// <summary>The questions that reach the client, in the server's order.</summary>
    public static IReadOnlyList<JsonElement> Asked(Passage passage) => [.. passage.Case.Asks.Where(ask => CanBeAsked(passage, ask))];

    /// <summary>2026-07-28 cannot say that sampling failed.</summary>
    public static bool FailsTheCall(JsonElement ask) => ask.TryGetProperty("error", out _) && ask.GetProperty("method").ValueEquals("sampling/createMessage");

    /// <summary>The params of all requests that the server must get.</summary>
    public static IReadOnlyList<JsonTree> Requests(Passage passage, ReplayDialogue dialogue, RawClient client)
    {
        var expected = new List<JsonTree> { Rewritten(dialogue.Request.Params(client), passage) };
        if (passage.Server == Era.Modern && passage.Case.Asks.Count > 0 && !dialogue.IsRefused)
        {
            expected.Add(dialogue.Retry is { } retry ? Rewritten(retry.Params(client), passage) : Held(dialogue.Request.Params(client), passage));
        }

        return expected;
    }

    /// <summary>Compares what a legacy server was answered.</summary>
    public static string? CompareAnswers(Passage passage, ReplayStep step)
    {
        foreach (var (ask, answer) in passage.Case.Asks.Zip(step.Answers))
        {
            var expected = JsonTree.Parse(Expected(passage, ask));
            var actual = JsonTree.Of(answer);
            actual.Remove("jsonrpc", "id");
            if (JsonDifference.Find(expected, actual, "answer") is { } found)
            {
                return found;
            }
        }

        return passage.Server == Era.Legacy && step.Answers.Count != passage.Case.Asks.Count ? "the server did not get all answers" : null;
    }

    private static string Expected(Passage passage, JsonElement ask) => ask.TryGetProperty("error", out var error) ? $"{{\"error\":{error.GetRawText()}}}"
        : ask.GetProperty("method").ValueEquals("ping") ? "{\"result\":{}}"
        : CanBeAsked(passage, ask) ? $"{{\"result\":{ask.GetProperty("answer").GetRawText()}}}"
        : """{"error":{"code":-32601,"message":"The client does not support this method."}}""";

    private static JsonTree Rewritten(JsonTree sent, Passage passage)
    {
        Rewrite.All(RequestRewrites.Table, sent, passage);
        return sent;
    }

    /// <summary>What a held call is sent again with: the answers under the server's keys, and its state as it came.</summary>
    private static JsonTree Held(JsonTree sent, Passage passage)
    {
        Rewrite.All(RequestRewrites.Table, sent, passage);
        var asks = ReplayStep.Asks(passage);
        if (asks.Count > 0)
        {
            var responses = sent.Ensure("inputResponses");
            for (var i = 0; i < asks.Count; i++)
            {
                responses.Members![$"k{i + 1}"] = asks[i].TryGetProperty("answer", out var answer) ? JsonTree.Of(answer) : JsonTree.Parse(InsteadOfError(asks[i]));
            }
        }

        sent.Members!["requestState"] = JsonTree.String("stäte");
        return sent;
    }

    private static string InsteadOfError(JsonElement ask) => ask.GetProperty("method").ValueEquals("roots/list") ? """{"roots":[]}""" : """{"action":"cancel"}""";

    private static bool IsUrl(JsonElement ask) => RawJson.Find(ask.GetProperty("params"), "mode")?.GetString() == "url";
}
