using System.Text.Json;
using McpRegistry.ConformanceServer.Hosting;
using McpRegistry.ConformanceServer.Questions;
using McpRegistry.ConformanceServer.Resources;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace McpRegistry.ConformanceServer.Prompts;

internal static class PromptHandlers
{
    private static readonly Question Context = Question.ElicitText("user_context", "What context should the prompt use?", "context");

    /// <summary>What arguments are completed to.</summary>
    private static readonly string[] Words = ["paris", "park", "party", "test", "testing"];

    private static readonly Prompt[] All =
    [
        new() { Name = "test_simple_prompt", Description = "A prompt without arguments." },
        new() { Name = "test_prompt_with_arguments", Description = "A prompt with arguments.", Arguments = [Required("arg1"), Required("arg2")] },
        new() { Name = "test_prompt_with_embedded_resource", Description = "A prompt with a resource.", Arguments = [Required("resourceUri")] },
        new() { Name = "test_prompt_with_image", Description = "A prompt with an image." },
        new() { Name = "test_input_required_result_prompt", Description = "A prompt that asks the user first." },
    ];

    public static ValueTask<ListPromptsResult> ListAsync(RequestContext<ListPromptsRequestParams> request, CancellationToken cancellationToken)
    {
        var result = new ListPromptsResult { Prompts = [.. All] };
        if (request.IsModern)
        {
            (result.TimeToLive, result.CacheScope) = (Caching.Lists, CacheScope.Public);
        }

        return ValueTask.FromResult(result);
    }

    public static ValueTask<GetPromptResult> GetAsync(RequestContext<GetPromptRequestParams> request, CancellationToken cancellationToken)
    {
        string Argument(string name) => request.Params.Arguments?.TryGetValue(name, out var value) == true
            ? value.ToString()
            : throw new McpProtocolException($"The argument '{name}' is missing.", McpErrorCode.InvalidParams);

        return ValueTask.FromResult(request.Params.Name switch
        {
            "test_simple_prompt" => Messages(Text("This is a simple prompt for testing.")),
            "test_prompt_with_arguments" => Messages(Text($"Prompt with arguments: arg1='{Argument("arg1")}', arg2='{Argument("arg2")}'")),
            "test_prompt_with_embedded_resource" => Messages(Embedded(Argument("resourceUri")), Text("Please process the embedded resource above.")),
            "test_prompt_with_image" => Messages(Image(), Text("Please analyze the image above.")),
            "test_input_required_result_prompt" => Messages(Text($"Use this context: {Ask(request).Field(Context.Key, "context")}")),
            var other => throw new McpProtocolException($"There is no prompt '{other}'.", McpErrorCode.InvalidParams),
        });
    }

    public static ValueTask<CompleteResult> CompleteAsync(RequestContext<CompleteRequestParams> request, CancellationToken cancellationToken)
    {
        string[] values = [.. Words.Where(word => word.StartsWith(request.Params.Argument.Value, StringComparison.OrdinalIgnoreCase))];
        return ValueTask.FromResult(new CompleteResult { Completion = new Completion { Values = values, Total = values.Length, HasMore = false } });
    }

    private static Answers Ask(RequestContext<GetPromptRequestParams> request)
    {
        var answers = new Answers(request.Params.InputResponses);
        if (answers.Has(Context))
        {
            return answers;
        }

        Question.Demand([Context], request.ClientCapabilities, request.IsModern);
        throw Question.ToException([Context], state: null);
    }

    private static PromptArgument Required(string name) => new() { Name = name, Description = "Goes into the text.", Required = true };

    private static GetPromptResult Messages(params ContentBlock[] blocks) =>
        new() { Messages = [.. blocks.Select(static block => new PromptMessage { Role = Role.User, Content = block })] };

    private static TextContentBlock Text(string text) => new() { Text = text };

    private static ImageContentBlock Image() => ImageContentBlock.FromBytes(Convert.FromBase64String(Samples.Png), "image/png");

    private static EmbeddedResourceBlock Embedded(string uri) => new()
    {
        Resource = new TextResourceContents { Uri = uri, MimeType = "text/plain", Text = "Embedded resource content for testing." },
    };
}
