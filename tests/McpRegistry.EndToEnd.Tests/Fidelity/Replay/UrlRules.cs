using System.Text.Json;
using McpRegistry.EndToEnd.Tests.Wire;

namespace McpRegistry.EndToEnd.Tests.Fidelity.Replay;

/// <summary>What becomes of -32042, which only 2025-11-25 has.</summary>
internal static class UrlRules
{
    /// <summary>Tells whether the client gets something else than the error.</summary>
    public static bool AreTranslated(Passage passage) => AnswerRewrites.WantsUrl(passage) && passage.ClientRevision != RawClient.LegacyVersion;

    /// <summary>Compares what a client that does not know the error gets.</summary>
    public static string? Compare(Passage passage, JsonElement response)
    {
        if (!AreTranslated(passage))
        {
            return null;
        }

        var error = passage.Case.Error!.Value;
        var wanted = error.GetProperty("data").GetProperty("elicitations").EnumerateArray().ToArray();
        var result = JsonTree.Of(response.GetProperty("result"));
        if (passage.Client == Era.Modern)
        {
            result.Remove("requestState");
            return JsonDifference.Find(AsQuestions(wanted), result, "result");
        }

        var text = error.GetProperty("message").GetString() + string.Concat(wanted.Select(url => $"\n{url.GetProperty("message").GetString()} {url.GetProperty("url").GetString()}"));
        return JsonDifference.Find(
            JsonTree.Parse($$"""{"content":[{"type":"text","text":{{JsonSerializer.Serialize(text)}}}],"isError":true}"""), result, "result");
    }

    private static JsonTree AsQuestions(JsonElement[] wanted)
    {
        var result = JsonTree.Parse("""{"resultType":"input_required"}""");
        var requests = result.Ensure("inputRequests");
        for (var i = 0; i < wanted.Length; i++)
        {
            var question = requests.Ensure($"r{i + 1}");
            question.Members!["method"] = JsonTree.String("elicitation/create");
            var parameters = JsonTree.Of(wanted[i]);
            parameters.Remove("elicitationId");
            question.Members["params"] = parameters;
        }

        return result;
    }
}
