using McpRegistry.ConformanceServer.Questions;
using ModelContextProtocol.Protocol;

namespace McpRegistry.ConformanceServer.Tools;

/// <summary>Tools for each rule of <c>input_required</c>: keys, several questions, several rounds, state.</summary>
internal static class RoundTripTools
{
    private const string Prefix = "test_input_required_result_";

    private static readonly Question UserName = Question.ElicitText("user_name", "What is your name?", "name");
    private static readonly Question Confirm = Question.ElicitConsent("confirm", "Please confirm", "ok");
    private static readonly Question Capital = Question.Sample("capital_question", "What is the capital of France?", 100);
    private static readonly Question Greeting = Question.Sample("greeting", "Generate a greeting", 50);
    private static readonly Question Roots = Question.Roots("client_roots");
    private static readonly Question Name = Question.ElicitText("step1", "Step 1: What is your name?", "name");
    private static readonly Question Colour = Question.ElicitText("step2", "Step 2: What is your favorite color?", "color");

    public static IEnumerable<FixtureTool> All(StateSeal seal) =>
    [
        new(Prefix + "elicitation", "Asks the user for a name.", static async (call, cancel) =>
            ToolResults.Text($"Hello, {(await call.AskAsync([UserName], cancel)).Field(UserName.Key, "name")}!")),
        new(Prefix + "sampling", "Asks the client's model for a capital.", static async (call, cancel) =>
            ToolResults.Text((await call.AskAsync([Capital], cancel)).SampledText(Capital.Key))),
        new(Prefix + "list_roots", "Asks for the client's roots.", static async (call, cancel) =>
            ToolResults.Text($"Roots: {string.Join(", ", (await call.AskAsync([Roots], cancel)).Roots(Roots.Key))}")),
        new(Prefix + "request_state", "Gives a state along and wants it back.", (call, cancel) => ConfirmAsync(call, seal, "request_state", cancel)),
        new(Prefix + "tampered_state", "Gives a state along and wants it back unchanged.", (call, cancel) => ConfirmAsync(call, seal, "tampered_state", cancel)),
        new(Prefix + "multiple_inputs", "Asks three things at once.", (call, cancel) => AskAllAsync(call, seal, cancel)),
        new(Prefix + "multi_round", "Asks one thing, then another.", (call, cancel) => AskTwiceAsync(call, seal, cancel)),
        new(Prefix + "capabilities", "Asks what the client can answer.", AskWhatIsAllowedAsync),
    ];

    private static async Task<CallToolResult> ConfirmAsync(ToolCall call, StateSeal seal, string tool, CancellationToken cancellationToken)
    {
        var step = seal.Open(tool, call.RequestState);
        var answers = await call.AskAsync([Confirm], cancellationToken, seal.Seal(tool, "asked"));
        return step is null
            ? throw Question.ToException([Confirm], seal.Seal(tool, "asked"))
            : ToolResults.Text($"state-ok, {answers.Summary(Confirm.Key)}");
    }

    private static async Task<CallToolResult> AskAllAsync(ToolCall call, StateSeal seal, CancellationToken cancellationToken)
    {
        _ = seal.Open("multiple_inputs", call.RequestState);
        var answers = await call.AskAsync([UserName, Greeting, Roots], cancellationToken, seal.Seal("multiple_inputs", "asked"));
        return ToolResults.Text(
            $"{answers.Field(UserName.Key, "name")}: {answers.SampledText(Greeting.Key)} ({string.Join(", ", answers.Roots(Roots.Key))})");
    }

    private static async Task<CallToolResult> AskTwiceAsync(ToolCall call, StateSeal seal, CancellationToken cancellationToken)
    {
        if (seal.Open("multi_round", call.RequestState) is not { } step)
        {
            throw Question.ToException([Name], seal.Seal("multi_round", "name"));
        }

        if (step == "name")
        {
            await call.AskAsync([Name], cancellationToken, call.RequestState);
            throw Question.ToException([Colour], seal.Seal("multi_round", "colour"));
        }

        var answers = await call.AskAsync([Colour], cancellationToken, call.RequestState);
        return ToolResults.Text($"Your colour is {answers.Field(Colour.Key, "color")}.");
    }

    private static async Task<CallToolResult> AskWhatIsAllowedAsync(ToolCall call, CancellationToken cancellationToken)
    {
        Question[] allowed = [.. new[] { UserName, Greeting, Roots }.Where(question => question.IsAllowedBy(call.Capabilities))];
        if (allowed.Length == 0)
        {
            return ToolResults.Text("The client can answer nothing.");
        }

        await call.AskAsync(allowed, cancellationToken);
        return ToolResults.Text($"Answered: {string.Join(", ", allowed.Select(static question => question.Key))}");
    }
}
