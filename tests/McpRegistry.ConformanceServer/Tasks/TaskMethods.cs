using System.Text.Json.Nodes;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace McpRegistry.ConformanceServer.Tasks;

/// <summary>The methods of the tasks extension. They are there for clients that declare it.</summary>
internal sealed class TaskMethods(TaskStore tasks)
{
    public const string Extension = "io.modelcontextprotocol/tasks";

    /// <summary>The methods whose routing name is the id of a task.</summary>
    public static readonly IReadOnlySet<string> Names = new HashSet<string>(["tasks/get", "tasks/update", "tasks/cancel"], StringComparer.Ordinal);

    public IEnumerable<McpServerRequestHandler> Handlers =>
    [
        Handler("tasks/get", static (task, _) => Complete(task.ToJson())),
        Handler("tasks/update", static (task, parameters) =>
        {
            task.Answer(parameters["inputResponses"] as JsonObject ?? []);
            return Complete([]);
        }),
        Handler("tasks/cancel", static (task, _) =>
        {
            task.Cancel();
            return Complete([]);
        }),
    ];

    public static bool IsDeclaredBy(ClientCapabilities? capabilities) => capabilities?.Extensions?.ContainsKey(Extension) == true;

    /// <summary>Refuses a client that does not know tasks.</summary>
    public static MissingRequiredClientCapabilityException Missing() => new(
        new ClientCapabilities { Extensions = new Dictionary<string, object>(StringComparer.Ordinal) { [Extension] = new JsonObject() } });

    private static JsonObject Complete(JsonObject result)
    {
        result["resultType"] = "complete";
        return result;
    }

    private McpServerRequestHandler Handler(string method, Func<FixtureTask, JsonObject, JsonObject> answer) => new()
    {
        Method = method,
        RoutingNameParameter = "taskId",
        Handler = (request, _) =>
        {
            if (!IsDeclaredBy(request.Context?.ClientCapabilities))
            {
                throw Missing();
            }

            var parameters = request.Params as JsonObject ?? [];
            var task = parameters["taskId"] is JsonValue id && id.TryGetValue(out string? text) ? tasks.Find(text) : null;
            return task is null
                ? throw new McpProtocolException("There is no such task.", McpErrorCode.InvalidParams)
                : ValueTask.FromResult<JsonNode?>(answer(task, parameters));
        },
    };
}
