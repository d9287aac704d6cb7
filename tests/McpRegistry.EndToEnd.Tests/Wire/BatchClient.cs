using System.Text.Json;

namespace McpRegistry.EndToEnd.Tests.Wire;

/// <summary>A client in a session of 2025-03-26, or of another revision, that sends its messages in batches.</summary>
internal sealed class BatchClient(RawClient raw, string session)
{
    public string SessionId => session;

    public static async Task<BatchClient> OpenAsync(HttpClient http, Uri url, CancellationToken cancellationToken, string revision = "2025-03-26")
    {
        var raw = await RawClient.OpenAsync(http, url, Era.Modern, cancellationToken);
        var answer = await raw.PostAsync(
            $$$"""{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"{{{revision}}}","capabilities":{},"clientInfo":{"name":"raw","version":"1"} } }""", [], cancellationToken);
        Assert.Equal(revision, answer.Result.GetProperty("protocolVersion").GetString());
        return new BatchClient(raw, answer.Headers.GetValues("Mcp-Session-Id").Single());
    }

    public static string Request(string id, string method, string parameters = "{}") =>
        $$"""{"jsonrpc":"2.0","id":{{id}},"method":"{{method}}","params":{{parameters}}}""";

    public static string Call(string id, string tool, string meta = "{}") =>
        Request(id, "tools/call", $$"""{"name":"{{tool}}","arguments":{},"_meta":{{meta}}}""");

    public static string Notification(string method, string parameters) =>
        $$"""{"jsonrpc":"2.0","method":"{{method}}","params":{{parameters}}}""";

    public Task<McpAnswer> SendAsync(CancellationToken cancellationToken, params string[] messages) =>
        PostAsync($"[{string.Join(',', messages)}]", cancellationToken);

    public Task<McpAnswer> PostAsync(string body, CancellationToken cancellationToken, params (string Name, string Value)[] headers) =>
        raw.PostAsync(body, [("Mcp-Session-Id", session), .. headers], cancellationToken);

    /// <summary>The answers in one array, by the text of their ids.</summary>
    public static Dictionary<string, JsonElement> Answers(McpAnswer answer) =>
        JsonElement.Parse(answer.Body).EnumerateArray().ToDictionary(element => element.GetProperty("id").GetRawText(), StringComparer.Ordinal);

    public static string? Reason(JsonElement answer) => answer.GetProperty("error").GetProperty("data").GetProperty("reason").GetString();
}
