using McpRegistry.ConformanceServer.Hosting;
using McpRegistry.ConformanceServer.Questions;
using McpRegistry.ConformanceServer.Tasks;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace McpRegistry.ConformanceServer.Tools;

/// <summary>Lists and calls tools, and decides which calls become tasks.</summary>
internal sealed class ToolHandlers(ToolCatalogue catalogue, TaskStore tasks)
{
    public ValueTask<ListToolsResult> ListAsync(RequestContext<ListToolsRequestParams> request, CancellationToken cancellationToken)
    {
        var result = new ListToolsResult { Tools = [.. catalogue.List(request.IsModern).Select(static tool => tool.ToListEntry())] };
        if (request.IsModern)
        {
            (result.TimeToLive, result.CacheScope) = (Caching.Lists, CacheScope.Public);
        }

        return ValueTask.FromResult(result);
    }

    public async ValueTask<ResultOrAlternate<CallToolResult>> CallAsync(RequestContext<CallToolRequestParams> request, CancellationToken cancellationToken)
    {
        var tool = catalogue.Find(request.Params.Name, request.IsModern)
            ?? throw new McpProtocolException($"There is no tool '{request.Params.Name}'.", McpErrorCode.InvalidParams);
        var call = new ToolCall(request);
        if (!BecomesTask(tool, call))
        {
            return await AnswerAsync(tool, call, cancellationToken);
        }

        if (!TaskMethods.IsDeclaredBy(call.Capabilities))
        {
            throw TaskMethods.Missing();
        }

        var task = tasks.Add();
        _ = task.RunAsync(cancel => AnswerAsync(tool, call with { Task = task }, cancel));
        return ResultOrAlternate<CallToolResult>.FromAlternate(task.ToCreated(), TaskJson.Default.CreatedTask);
    }

    private static bool BecomesTask(FixtureTool tool, ToolCall call) => tool.Tasks switch
    {
        TaskUse.Optional => TaskMethods.IsDeclaredBy(call.Capabilities),
        TaskUse.Required => true,
        TaskUse.AfterAnswers => new Answers(call.Request.Params.InputResponses).Has(TaskTools.UserName),
        _ => false,
    };

    private static async Task<CallToolResult> AnswerAsync(FixtureTool tool, ToolCall call, CancellationToken cancellationToken)
    {
        try
        {
            return await tool.Run(call, cancellationToken);
        }
        catch (McpException failure) when (failure is not McpProtocolException)
        {
            return ToolResults.Error(failure.Message);
        }
    }
}
