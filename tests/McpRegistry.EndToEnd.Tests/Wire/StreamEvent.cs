using System.Text.Json;

namespace McpRegistry.EndToEnd.Tests.Wire;

/// <summary>A server-sent event.</summary>
internal sealed record StreamEvent(string? Id, string? Retry, string Data)
{
    public bool IsMessage => Data.Length > 0;

    public JsonElement Message => JsonElement.Parse(Data);
}
