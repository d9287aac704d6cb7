using System.Text.Json;
using System.Text.Json.Nodes;
using McpRegistry.ConformanceServer.Hosting;
using McpRegistry.ConformanceServer.Questions;
using McpRegistry.ConformanceServer.Tasks;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace McpRegistry.ConformanceServer.Tools;

/// <summary>One call of a tool, by a client of either era.</summary>
/// <param name="Request">The SDK's view of it.</param>
/// <param name="Task">The task that the call became; null for a call that answers itself.</param>
internal sealed record ToolCall(RequestContext<CallToolRequestParams> Request, FixtureTask? Task = null)
{
    public ClientCapabilities Capabilities => Request.ClientCapabilities;

    public bool IsModern => Request.IsModern;

    public string? RequestState => Request.Params.RequestState;

    public string? Text(string argument) => Request.Params.Arguments?.TryGetValue(argument, out var value) == true ? value.ToString() : null;

    public double Number(string argument) =>
        Request.Params.Arguments?.TryGetValue(argument, out var value) == true && value.TryGetDouble(out var number) ? number : 0;

    /// <summary>
    /// Asks the client. A call of its own ends here with <c>input_required</c> and is repeated with the answers; in a legacy
    /// session the SDK sends the questions as requests and then repeats it. A task waits.
    /// </summary>
    public async Task<Answers> AskAsync(Question[] questions, CancellationToken cancellationToken, string? state = null)
    {
        var given = new Answers(Request.Params.InputResponses);
        if (questions.All(given.Has))
        {
            return given;
        }

        Question.Demand(questions, Capabilities, IsModern);
        return Task is null ? throw Question.ToException(questions, state) : await Task.AskAsync(questions, cancellationToken);
    }

    public async Task LogAsync(LoggingLevel level, string text, CancellationToken cancellationToken)
    {
        if (Request.LogThreshold is { } threshold && level >= threshold)
        {
            var entry = new JsonObject { ["level"] = level.ToString().ToLowerInvariant(), ["logger"] = "conformance-fixture", ["data"] = text };
            await NotifyAsync(NotificationMethods.LoggingMessageNotification, entry, cancellationToken);
        }
    }

    public async Task ReportAsync(int progress, int total, CancellationToken cancellationToken)
    {
        if (Request.Params.ProgressToken is { } token)
        {
            var report = new JsonObject
            {
                ["progressToken"] = JsonSerializer.SerializeToNode(token, McpJsonUtilities.DefaultOptions),
                ["progress"] = progress,
                ["total"] = total,
            };
            await NotifyAsync(NotificationMethods.ProgressNotification, report, cancellationToken);
        }
    }

    private Task NotifyAsync(string method, JsonObject content, CancellationToken cancellationToken) =>
        Request.Server.SendMessageAsync(new JsonRpcNotification { Method = method, Params = content }, cancellationToken);
}
