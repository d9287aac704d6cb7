using System.Text.Json;
using McpRegistry.TestSupport.Upstreams;

namespace McpRegistry.EndToEnd.Tests.Bridging;

/// <summary>Handlers of servers that ask before they answer. The result repeats, in <c>answers</c>, what they were told.</summary>
internal static class Asking
{
    private static int s_last;

    public static string NextId() => $"\"q-{Interlocked.Increment(ref s_last)}\"";

    /// <summary>A legacy server that asks all of these on the stream of the call and waits for all answers.</summary>
    public static UpstreamHandler AtOnce(ScriptedUpstream upstream, params Question[] questions) => async exchange =>
        await exchange.ResultAsync(Result(await AskAsync(upstream, exchange, questions)));

    /// <summary>The same, one after the other.</summary>
    public static UpstreamHandler InTurn(ScriptedUpstream upstream, params Question[] questions) => async exchange =>
    {
        var answers = new List<string>();
        foreach (var question in questions)
        {
            answers.AddRange(await AskAsync(upstream, exchange, question));
        }

        await exchange.ResultAsync(Result(answers));
    };

    public static async Task<IReadOnlyList<string>> AskAsync(ScriptedUpstream upstream, UpstreamExchange exchange, params Question[] questions)
    {
        var ids = questions.Select(_ => NextId()).ToArray();
        await exchange.SendEventsAsync(questions.Zip(ids, static (question, id) => question.Ask(id)));
        var answers = await Task.WhenAll(ids.Select(id => upstream.Requests.AnswerAsync(exchange.Request.SessionId, id, exchange.Ended)));
        return [.. answers.Select(Outcome)];
    }

    public static string Result(IEnumerable<string> answers) =>
        $$"""{"content":[],"messages":[],"contents":[],"answers":[{{string.Join(',', answers)}}]}""";

    /// <summary>The <c>result</c> of an answer, or its <c>error</c>, as the text that came.</summary>
    public static string Outcome(ReceivedRequest answer)
    {
        var message = JsonElement.Parse(answer.Body.Span);
        return (message.TryGetProperty("result", out var result) ? result : message.GetProperty("error")).GetRawText();
    }

    /// <summary>A modern server that asks these under the keys <c>k1</c>, <c>k2</c> until it is answered, and then tells what it got.</summary>
    public static UpstreamHandler Modern(string? state, params Question[] questions) => exchange =>
        exchange.ResultAsync(IsRetry(exchange) ? Received(exchange) : InputRequired(state, questions));

    public static bool IsRetry(UpstreamExchange exchange) =>
        exchange.Request.Params.TryGetProperty("inputResponses", out _) || exchange.Request.Params.TryGetProperty("requestState", out _);

    public static string Received(UpstreamExchange exchange) =>
        $$"""{"resultType":"complete","content":[],"messages":[],"contents":[],"responses":{{Raw(exchange, "inputResponses")}},"state":{{Raw(exchange, "requestState")}}}""";

    /// <summary>A result that asks. The state is raw JSON.</summary>
    public static string InputRequired(string? state, params Question[] questions)
    {
        var requests = questions.Select((question, index) => $$"""  "k{{index + 1}}":{"method":"{{question.Method}}","params":{{question.Params}} }""");
        var asked = questions.Length == 0 ? "" : $",\"inputRequests\":{{{string.Join(',', requests)}}}";
        return $"{{\"resultType\":\"input_required\"{asked}{(state is null ? "" : $",\"requestState\":{state}")}}}";
    }

    private static string Raw(UpstreamExchange exchange, string name) =>
        exchange.Request.Params.TryGetProperty(name, out var value) ? value.GetRawText() : "null";
}
