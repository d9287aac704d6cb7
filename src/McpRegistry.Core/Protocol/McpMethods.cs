namespace McpRegistry.Protocol;

/// <summary>The wire names of <see cref="McpMethod"/>.</summary>
internal static class McpMethods
{
    private static readonly string[] Names =
    [
        "",
        "server/discover",
        "initialize",
        "ping",
        "tools/list",
        "tools/call",
        "resources/list",
        "resources/templates/list",
        "resources/read",
        "resources/subscribe",
        "resources/unsubscribe",
        "prompts/list",
        "prompts/get",
        "completion/complete",
        "logging/setLevel",
        "subscriptions/listen",
        "notifications/initialized",
        "notifications/cancelled",
        "notifications/progress",
        "notifications/message",
        "notifications/roots/list_changed",
        "notifications/tools/list_changed",
        "notifications/resources/list_changed",
        "notifications/prompts/list_changed",
        "notifications/resources/updated",
        "notifications/subscriptions/acknowledged",
        "sampling/createMessage",
        "elicitation/create",
        "roots/list",
        "notifications/elicitation/complete",
        "tasks/get",
        "tasks/update",
        "tasks/cancel",
        "tasks/result",
        "tasks/list",
        "notifications/tasks",
        "notifications/tasks/status",
    ];

    private static readonly byte[][] Utf8Names = [.. Names.Select(System.Text.Encoding.UTF8.GetBytes)];

    public static string Name(McpMethod method) => Names[(int)method];

    public static ReadOnlySpan<byte> Utf8Name(McpMethod method) => Utf8Names[(int)method];

    /// <summary>Finds a method by its name; unknown for every other text.</summary>
    public static McpMethod Find(string name) => (McpMethod)Math.Max(0, Array.IndexOf(Names, name, 1));

    /// <summary>Finds a method by its unescaped UTF-8 name; lengths differ enough that a scan beats hashing.</summary>
    public static McpMethod Parse(ReadOnlySpan<byte> name)
    {
        for (var i = 1; i < Utf8Names.Length; i++)
        {
            if (Utf8Names[i].Length == name.Length && name.SequenceEqual(Utf8Names[i]))
            {
                return (McpMethod)i;
            }
        }

        return McpMethod.Unknown;
    }

    /// <summary>Finds a method by its raw JSON string: some encoders write every slash as an escape.</summary>
    public static McpMethod ParseJson(ReadOnlySpan<byte> json) => json.Contains((byte)'\\')
        ? Parse(System.Text.Encoding.UTF8.GetBytes(JsonMembers.Text(json) ?? ""))
        : Parse(json[1..^1]);

    /// <summary>What a server may ask its client (protocol.md 5.2).</summary>
    public static bool IsQuestion(McpMethod method) => method is McpMethod.Sampling or McpMethod.Elicitation or McpMethod.RootsList;

    /// <summary>The only requests that a modern server may answer with a question of its own (protocol.md 2.7).</summary>
    public static bool MayAsk(McpMethod method) => method is McpMethod.ToolsCall or McpMethod.PromptsGet or McpMethod.ResourcesRead;

    public static bool IsList(McpMethod method) => method is McpMethod.ToolsList
        or McpMethod.ResourcesList or McpMethod.ResourceTemplatesList or McpMethod.PromptsList;

    /// <summary>The requests of the tasks extension.</summary>
    public static bool IsTask(McpMethod method) => method is McpMethod.TasksGet or McpMethod.TasksUpdate or McpMethod.TasksCancel;

    /// <summary>The results that carry <c>ttlMs</c> and <c>cacheScope</c> in the modern era.</summary>
    public static bool IsCacheable(McpMethod method) => IsList(method) || method is McpMethod.Discover or McpMethod.ResourcesRead;
}
