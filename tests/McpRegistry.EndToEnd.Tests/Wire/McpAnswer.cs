using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace McpRegistry.EndToEnd.Tests.Wire;

/// <summary>An answer of the gateway, down to its bytes.</summary>
internal sealed class McpAnswer
{
    private McpAnswer(HttpResponseMessage response, string body)
    {
        Status = response.StatusCode;
        Headers = response.Headers;
        IsStream = response.Content.Headers.ContentType?.MediaType == "text/event-stream";
        Body = body;
        Messages = [.. Split(body, IsStream).Select(text => JsonElement.Parse(text))];
    }

    public HttpStatusCode Status { get; }

    public HttpResponseHeaders Headers { get; }

    public bool IsStream { get; }

    public string Body { get; }

    /// <summary>Gets the JSON-RPC messages in order; the last one is the response.</summary>
    public IReadOnlyList<JsonElement> Messages { get; }

    public JsonElement Response => Messages.Count > 0 ? Messages[^1] : throw new InvalidOperationException($"{(int)Status} without a message: {Body}");

    public JsonElement Result => Response.TryGetProperty("result", out var result) ? result : throw new InvalidOperationException($"Not a result: {Body}");

    public JsonElement Error => Response.TryGetProperty("error", out var error) ? error : throw new InvalidOperationException($"Not an error: {Body}");

    public string? Reason => Error.GetProperty("data").GetProperty("reason").GetString();

    /// <summary>Gets the id as the text that came.</summary>
    public string Id => Response.GetProperty("id").GetRawText();

    public IReadOnlyList<JsonElement> Notifications(string method) =>
        [.. Messages.Where(message => message.TryGetProperty("method", out var name) && name.ValueEquals(method))];

    public static async Task<McpAnswer> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken) =>
        new(response, Encoding.UTF8.GetString(await response.Content.ReadAsByteArrayAsync(cancellationToken)));

    private static IEnumerable<string> Split(string body, bool isStream) => isStream
        ? body.Split("\n\n", StringSplitOptions.RemoveEmptyEntries)
            .Select(block => string.Join('\n', block.Split('\n').Where(line => line.StartsWith("data:", StringComparison.Ordinal)).Select(line => line[5..].TrimStart(' '))))
            .Where(data => data.Length > 0)
        : body.StartsWith('{') ? [body] : [];
}
