using System.Text.Json;
using McpRegistry.EndToEnd.Tests.Wire;
using McpRegistry.Snapshots;

namespace McpRegistry.EndToEnd.Tests.Fidelity.Replay;

/// <summary>A case's request as a client of the passage sends it: raw members of <c>params</c> and <c>_meta</c>, and the id.</summary>
internal sealed record SentRequest(string Id, string Method, string Members, string Meta)
{
    private const string LogLevel = "io.modelcontextprotocol/logLevel";

    /// <summary>Writes a case.</summary>
    /// <param name="passage">The case and its way.</param>
    /// <param name="id">The raw id.</param>
    /// <param name="taskId">The client's id of the task that the case is about; null when it knows none.</param>
    public static SentRequest Of(Passage passage, string id, string? taskId)
    {
        var parameters = passage.Case.Params;
        string NameOf(JsonElement name) => $"\"name\":\"{ExposedName.Of(passage.Alias, name.GetString()!)}\"";
        var (without, instead) = passage switch
        {
            { Method: "tools/call" or "prompts/get", IsMerged: true } => ("name", NameOf(parameters.GetProperty("name"))),
            { Method: "completion/complete", IsMerged: true } when parameters.GetProperty("ref") is var reference && reference.TryGetProperty("name", out var name) =>
                ("ref", $"\"ref\":{{{RawJson.Join(RawJson.Members(reference, "name"), NameOf(name))}}}"),
            { Method: "tasks/get" or "tasks/update" or "tasks/cancel" } when taskId is not null => ("taskId", $"\"taskId\":\"{taskId}\""),
            _ => ("", ""),
        };
        var meta = RawJson.Find(parameters, "_meta") ?? default;
        return new SentRequest(
            id,
            passage.Method,
            RawJson.Join(RawJson.Members(parameters, "_meta", without), instead),
            RawJson.Join(
                RawJson.Members(meta),
                passage.Client == Era.Modern && RawJson.Find(meta, LogLevel) is null ? $"\"{LogLevel}\":\"debug\"" : "",
                passage.Method.EndsWith("/list", StringComparison.Ordinal) ? $"\"{ReplayStep.Mark}\":true" : ""));
    }

    /// <summary>The params as the client writes them.</summary>
    public JsonTree Params(RawClient client) => JsonTree.Of(JsonElement.Parse(client.Write(Id, Method, Members, Meta)).GetProperty("params"));
}
