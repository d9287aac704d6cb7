using System.Text.Json;
using McpRegistry.ConformanceServer.Questions;
using McpRegistry.ConformanceServer.Tasks;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;

namespace McpRegistry.ConformanceServer.Tools;

/// <summary>Tools whose calls go on as tasks, and one whose calls never do.</summary>
internal static class TaskTools
{
    /// <summary>The question before the task of <c>test_tool_with_task</c>.</summary>
    public static readonly Question UserName = Question.ElicitText("user_name", "What is your name?", "name");

    public static IEnumerable<FixtureTool> All(TimeProvider clock) =>
    [
        new("greet", "Greets at once.", static (call, _) => Task.FromResult(ToolResults.Text($"Hello, {call.Text("name")}!")))
        {
            InputSchema = Schema("""{"name":{"type":"string"}}""", "name"),
        },
        new("slow_compute", "Takes as many seconds as told.", (call, cancel) => ComputeAsync(call, clock, cancel))
        {
            InputSchema = Schema("""{"seconds":{"type":"number","minimum":0},"label":{"type":"string"}}""", "seconds"),
            Tasks = TaskUse.Optional,
        },
        new("failing_job", "Fails after a while.", (_, cancel) => FailAsync(clock, cancel)) { Tasks = TaskUse.Required },
        new("protocol_error_job", "Ends in an error of the protocol.", static (_, _) =>
            throw new McpProtocolException("The job broke.", McpErrorCode.InternalError)) { Tasks = TaskUse.Optional },
        new("confirm_delete", "Asks before it deletes.", ConfirmDeleteAsync)
        {
            InputSchema = Schema("""{"filename":{"type":"string"}}""", "filename"),
            Tasks = TaskUse.Optional,
        },
        new("multi_input", "Asks two things at once.", AskTwoAsync) { Tasks = TaskUse.Optional },
        new("test_tool_with_task", "Asks for a name, then goes on as a task.", static async (call, cancel) =>
            ToolResults.Text($"Hello, {(await call.AskAsync([UserName], cancel)).Field(UserName.Key, "name")}!")) { Tasks = TaskUse.AfterAnswers },
    ];

    private static async Task<CallToolResult> ComputeAsync(ToolCall call, TimeProvider clock, CancellationToken cancellationToken)
    {
        await Task.Delay(TimeSpan.FromSeconds(call.Number("seconds")), clock, cancellationToken);
        return ToolResults.Text($"Computed {call.Text("label") ?? "it"}.");
    }

    private static async Task<CallToolResult> FailAsync(TimeProvider clock, CancellationToken cancellationToken)
    {
        await Task.Delay(TimeSpan.FromSeconds(1), clock, cancellationToken);
        return ToolResults.Error("The job failed.");
    }

    private static async Task<CallToolResult> ConfirmDeleteAsync(ToolCall call, CancellationToken cancellationToken)
    {
        var file = call.Text("filename");
        var question = Question.ElicitConsent("confirm", $"Delete {file}?", "confirm");
        var answers = await call.AskAsync([question], cancellationToken);
        return ToolResults.Text(answers.IsAccepted(question.Key) ? $"Deleted {file}." : $"Kept {file}.");
    }

    private static async Task<CallToolResult> AskTwoAsync(ToolCall call, CancellationToken cancellationToken)
    {
        var name = Question.ElicitText("name", "Who are you?", "name");
        var consent = Question.ElicitConsent("consent", "Go on?", "confirm");
        var answers = await call.AskAsync([name, consent], cancellationToken);
        return ToolResults.Text($"{answers.Summary(name.Key)}; {answers.Summary(consent.Key)}");
    }

    private static JsonElement Schema(string properties, string required) =>
        JsonElement.Parse($$"""{"type":"object","properties":{{properties}},"required":["{{required}}"]}""");
}
