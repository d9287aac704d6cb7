using System.Text.Json;
using McpRegistry.ConformanceServer.Tasks;
using ModelContextProtocol.Protocol;

namespace McpRegistry.ConformanceServer.Tools;

/// <summary>A tool as it is listed, and what it does.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Description">What people read.</param>
/// <param name="Run">What a call does.</param>
internal sealed record FixtureTool(string Name, string Description, Func<ToolCall, CancellationToken, Task<CallToolResult>> Run)
{
    private const string NoArguments = """{"type":"object","properties":{}}""";

    /// <summary>Gets the JSON schema of the arguments.</summary>
    public JsonElement InputSchema { get; init; } = JsonElement.Parse(NoArguments);

    /// <summary>Gets whether a call may become a task.</summary>
    public TaskUse Tasks { get; init; }

    public Tool ToListEntry() => new() { Name = Name, Description = Description, InputSchema = InputSchema };
}
