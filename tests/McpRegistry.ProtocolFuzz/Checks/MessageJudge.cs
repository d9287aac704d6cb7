using System.Text.Json;
using McpRegistry.ProtocolFuzz.Clients;
using McpRegistry.ProtocolFuzz.Wire;

namespace McpRegistry.ProtocolFuzz.Checks;

/// <summary>Says what is wrong with the JSON-RPC messages of an answer.</summary>
internal static class MessageJudge
{
    /// <summary>Compares ids by their meaning: an escape may be written in two ways.</summary>
    public static bool SameId(string raw, JsonElement id) => raw == id.GetRawText()
        || (Json.Parse(raw) is { } other && Json.Text(other) is { } text && text == Json.Text(id));

    public static string? DocumentFault(FuzzStep step, SentMessage sent, RawResponse response)
    {
        if (Json.Parse(response.Body) is not { } root)
        {
            return "a body that is no JSON";
        }

        if (root.ValueKind != JsonValueKind.Array)
        {
            return MessageFault(step, sent, root) ?? (sent.IsRequest && response.Status == 200 && Json.Member(root, "id").ValueKind == JsonValueKind.Null ? "200 without the id of the request" : null);
        }

        return !sent.IsBatch ? "an array for what is no batch" : root.EnumerateArray().Select(message => MessageFault(step, sent, message)).FirstOrDefault(static fault => fault is not null);
    }

    public static string? StreamFault(FuzzStep step, SentMessage sent, List<JsonElement> messages, bool isComplete)
    {
        foreach (var message in messages)
        {
            if (MessageFault(step, sent, message) is { } fault)
            {
                return fault;
            }
        }

        var answers = messages.Count(static message => !Json.Has(message, "method"));
        return !sent.IsBatch && answers > 1 ? "two answers"
            : sent.IsRequest && answers == 1 && Json.Has(messages[^1], "method") ? "a message after the answer"
            : sent.IsRequest && isComplete && answers == 0 && !step.MayBeEnded && step.Draft.Verb == "POST" ? "a stream that ended without its answer"
            : null;
    }

    private static string? MessageFault(FuzzStep step, SentMessage sent, JsonElement message)
    {
        if (Json.Text(Json.Member(message, "jsonrpc")) != "2.0")
        {
            return $"no JSON-RPC: {Shown(message)}";
        }

        var result = Json.Member(message, "result");
        var hasResult = result.ValueKind != JsonValueKind.Undefined;
        var hasError = Json.Has(message, "error");
        if (Json.Has(message, "method"))
        {
            return hasResult || hasError || Json.Text(Json.Member(message, "method")) is null ? $"a strange message: {Shown(message)}" : null;
        }

        var id = Json.Member(message, "id");
        if (hasResult == hasError || id.ValueKind == JsonValueKind.Undefined)
        {
            return $"neither a result nor an error: {Shown(message)}";
        }

        if (id.ValueKind == JsonValueKind.Null ? hasResult : !sent.Has(id))
        {
            return $"the id is not that of the request: {Shown(message)}";
        }

        return hasError ? ErrorFault(step, Json.Member(message, "error"))
            : result.ValueKind != JsonValueKind.Object ? $"a result that is no object: {Shown(message)}" : null;
    }

    private static string? ErrorFault(FuzzStep step, JsonElement error)
    {
        if (Json.Member(error, "code").ValueKind != JsonValueKind.Number || Json.Member(error, "message").ValueKind != JsonValueKind.String)
        {
            return $"a strange error: {Shown(error)}";
        }

        var isInternal = Json.Text(Json.Member(Json.Member(error, "data"), "reason")) == "internal";
        return isInternal ? $"an error that nobody foresaw: {Shown(error)}"
            : step.MustSucceed ? $"a proper request got an error: {Shown(error)}" : null;
    }

    private static string Shown(JsonElement element) => element.GetRawText() is { Length: > 400 } text ? text[..400] : element.GetRawText();
}
