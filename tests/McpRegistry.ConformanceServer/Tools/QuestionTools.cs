using System.Text.Json;
using McpRegistry.ConformanceServer.Questions;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;

namespace McpRegistry.ConformanceServer.Tools;

/// <summary>Tools that ask the client one thing, in the way of its era.</summary>
internal static class QuestionTools
{
    private const string Key = "answer";

    private const string UserSchema =
        """
        {"type":"object","required":["username","email"],"properties":{
          "username":{"type":"string","description":"User's response"},
          "email":{"type":"string","description":"User's email address"}}}
        """;

    private const string DefaultsSchema =
        """
        {"type":"object","required":[],"properties":{
          "name":{"type":"string","description":"User name","default":"John Doe"},
          "age":{"type":"integer","description":"User age","default":30},
          "score":{"type":"number","description":"User score","default":95.5},
          "status":{"type":"string","description":"User status","enum":["active","inactive","pending"],"default":"active"},
          "verified":{"type":"boolean","description":"Verification status","default":true}}}
        """;

    private const string EnumsSchema =
        """
        {"type":"object","required":[],"properties":{
          "untitledSingle":{"type":"string","enum":["option1","option2","option3"]},
          "titledSingle":{"type":"string","oneOf":[
            {"const":"value1","title":"First Option"},{"const":"value2","title":"Second Option"},{"const":"value3","title":"Third Option"}]},
          "legacyEnum":{"type":"string","enum":["opt1","opt2","opt3"],"enumNames":["Option One","Option Two","Option Three"]},
          "untitledMulti":{"type":"array","items":{"type":"string","enum":["option1","option2","option3"]}},
          "titledMulti":{"type":"array","items":{"anyOf":[
            {"const":"value1","title":"First Choice"},{"const":"value2","title":"Second Choice"},{"const":"value3","title":"Third Choice"}]}}}}
        """;

    public static IEnumerable<FixtureTool> All =>
    [
        new("test_sampling", "Asks the client's model.", SampleAsync) { InputSchema = Argument("prompt") },
        new("test_elicitation", "Asks the user.", ElicitAsync) { InputSchema = Argument("message") },
        new("test_elicitation_sep1034_defaults", "Asks the user, with defaults.", static (call, cancel) => CompleteAsync(call, DefaultsSchema, cancel)),
        new("test_elicitation_sep1330_enums", "Asks the user to choose.", static (call, cancel) => CompleteAsync(call, EnumsSchema, cancel)),
        new("test_streaming_elicitation", "Asks the user after a report of progress.", StreamAsync),
        new("test_missing_capability", "Works for clients with sampling only.", RequireSampling),
    ];

    private static async Task<CallToolResult> SampleAsync(ToolCall call, CancellationToken cancellationToken)
    {
        var answers = await call.AskAsync([Question.Sample(Key, call.Text("prompt") ?? "", 100)], cancellationToken);
        return ToolResults.Text($"LLM response: {answers.SampledText(Key)}");
    }

    private static async Task<CallToolResult> ElicitAsync(ToolCall call, CancellationToken cancellationToken)
    {
        var answers = await call.AskAsync([Question.Elicit(Key, call.Text("message") ?? "", UserSchema)], cancellationToken);
        return ToolResults.Text($"User response: {answers.Summary(Key)}");
    }

    private static async Task<CallToolResult> CompleteAsync(ToolCall call, string schema, CancellationToken cancellationToken)
    {
        var answers = await call.AskAsync([Question.Elicit(Key, "Please review and update the form.", schema)], cancellationToken);
        return ToolResults.Text($"Elicitation completed: {answers.Summary(Key)}");
    }

    private static async Task<CallToolResult> StreamAsync(ToolCall call, CancellationToken cancellationToken)
    {
        await call.ReportAsync(1, 2, cancellationToken);
        var answers = await call.AskAsync([Question.ElicitConsent(Key, "Go on?", "confirm")], cancellationToken);
        return ToolResults.Text($"User response: {answers.Summary(Key)}");
    }

    // The code is one of 2026-07-28; sessions get it too, so that its way through a bridge can be seen.
    private static Task<CallToolResult> RequireSampling(ToolCall call, CancellationToken cancellationToken) => call.Capabilities.Sampling is null
        ? throw new MissingRequiredClientCapabilityException(new ClientCapabilities { Sampling = new SamplingCapability() })
        : Task.FromResult(ToolResults.Text("The client can sample."));

    private static JsonElement Argument(string name) => JsonElement.Parse(
        $$$"""{"type":"object","properties":{"{{{name}}}":{"type":"string","description":"What is asked"}},"required":["{{{name}}}"]}""");
}
