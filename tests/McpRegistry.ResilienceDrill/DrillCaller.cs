using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace McpRegistry.ResilienceDrill;

/// <summary>Makes calls of tools as a modern client does, and says how each ended.</summary>
internal sealed class DrillCaller(HttpClient http)
{
    private int _last;

    /// <summary>Calls a tool.</summary>
    /// <param name="tool">Its name at the server.</param>
    /// <param name="priority">What the call asks for itself; null for nothing.</param>
    public async Task<CallRecord> CallAsync(string tool, string? priority = null)
    {
        var id = string.Create(CultureInfo.InvariantCulture, $"{tool}-{Interlocked.Increment(ref _last)}");
        var began = Clock.Now;
        var (endpoint, failure) = await TryAsync(tool, id, priority);
        return new CallRecord(id, priority ?? tool, began, Clock.Since(began), endpoint, failure);
    }

    private async Task<(int Endpoint, string? Failure)> TryAsync(string tool, string id, string? priority)
    {
        var lowered = priority is null ? "" : $",\"io.github.mcpregistry/priority\":\"{priority}\"";
        var meta = $"\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\",\"io.modelcontextprotocol/clientCapabilities\":{{}}{lowered}";
        var body = $$$"""{"jsonrpc":"2.0","id":"{{{id}}}","method":"tools/call","params":{"name":"{{{DrillSite.Server}}}__{{{tool}}}","arguments":{"id":"{{{id}}}"},"_meta":{ {{{meta}}} } } }""";
        using var request = new HttpRequestMessage(HttpMethod.Post, "/mcp") { Content = new StringContent(body, Encoding.UTF8, new MediaTypeHeaderValue("application/json")) };
        request.Headers.Accept.ParseAdd("application/json");
        request.Headers.Accept.ParseAdd("text/event-stream");
        request.Headers.Add("MCP-Protocol-Version", "2026-07-28");
        request.Headers.Add("Mcp-Method", "tools/call");
        request.Headers.Add("Mcp-Name", $"{DrillSite.Server}__{tool}");
        try
        {
            using var response = await http.SendAsync(request);
            return Read(await response.Content.ReadAsStringAsync(), (int)response.StatusCode, response.Headers.RetryAfter is not null);
        }
        catch (Exception exception) when (exception is HttpRequestException or SocketException or OperationCanceledException or IOException)
        {
            return (-1, $"no answer ({exception.GetType().Name})");
        }
    }

    /// <summary>An answer that was waited for long has become a stream, whose last message counts.</summary>
    private static (int Endpoint, string? Failure) Read(string text, int status, bool saysWhen)
    {
        var json = text.StartsWith('{') ? text : text.Split('\n').LastOrDefault(static line => line.StartsWith("data: {", StringComparison.Ordinal))?[6..];
        if (json is null)
        {
            return (-1, $"HTTP {status} without an answer");
        }

        using var answer = JsonDocument.Parse(json);
        return answer.RootElement.TryGetProperty("result", out var result)
            ? (int.Parse(result.GetProperty("content")[0].GetProperty("text").GetString()!, CultureInfo.InvariantCulture), null)
            : (-1, $"{status}{(saysWhen ? " with Retry-After" : "")}, {ReasonOf(answer.RootElement.GetProperty("error"))}");
    }

    private static string ReasonOf(JsonElement error) =>
        error.TryGetProperty("data", out var data) && data.TryGetProperty("reason", out var reason) ? reason.GetString()! : error.GetRawText();
}
