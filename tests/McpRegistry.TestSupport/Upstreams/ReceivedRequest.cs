using System.Text.Json;

namespace McpRegistry.TestSupport.Upstreams;

/// <summary>One HTTP request as it came: headers, raw body, and what the body says as JSON-RPC.</summary>
public sealed class ReceivedRequest
{
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly JsonElement _message;
    private int _aborted;

    internal ReceivedRequest(string verb, IReadOnlyDictionary<string, string> headers, byte[] body, string path = "")
    {
        Verb = verb;
        Headers = headers;
        Body = body;
        Path = path;
        _message = Parse(body);
    }

    public string Verb { get; }

    public string Path { get; }

    /// <summary>Gets the headers; names are compared without case.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; }

    public ReadOnlyMemory<byte> Body { get; }

    /// <summary>Gets whether the body is one JSON object.</summary>
    public bool IsMessage => _message.ValueKind == JsonValueKind.Object;

    /// <summary>Gets the JSON-RPC method; empty for GET, DELETE, a response and a body that is not one message.</summary>
    public string Method => Member("method") is { ValueKind: JsonValueKind.String } method ? method.GetString()! : "";

    /// <summary>Gets the id as the text that came, null for a notification.</summary>
    public string? Id => Member("id") is { ValueKind: not JsonValueKind.Undefined } id ? id.GetRawText() : null;

    public JsonElement Params => Member("params");

    /// <summary>Gets the progress token as the text that came, null when none was sent.</summary>
    public string? ProgressToken => Meta("progressToken") is { ValueKind: not JsonValueKind.Undefined } token ? token.GetRawText() : null;

    public string? SessionId => Headers.GetValueOrDefault("Mcp-Session-Id");

    /// <summary>Gets whether the envelope of 2026-07-28 is there.</summary>
    public bool IsModern => Meta("io.modelcontextprotocol/protocolVersion").ValueKind == JsonValueKind.String;

    /// <summary>Gets whether the client hung up before the answer was complete.</summary>
    public bool WasAborted => Volatile.Read(ref _aborted) == 1;

    /// <summary>Gets a task that ends with the exchange, answered or not.</summary>
    public Task Ended => _ended.Task;

    /// <summary>Reads a member of <c>params._meta</c>; undefined when it is not there.</summary>
    public JsonElement Meta(string name) =>
        Params is { ValueKind: JsonValueKind.Object } parameters
        && parameters.TryGetProperty("_meta", out var meta) && meta.ValueKind == JsonValueKind.Object
        && meta.TryGetProperty(name, out var value) ? value : default;

    internal void End(bool aborted)
    {
        Volatile.Write(ref _aborted, aborted ? 1 : 0);
        _ended.TrySetResult();
    }

    private JsonElement Member(string name) =>
        IsMessage && _message.TryGetProperty(name, out var value) ? value : default;

    private static JsonElement Parse(byte[] body)
    {
        try
        {
            return JsonElement.Parse(body);
        }
        catch (JsonException)
        {
            return default;
        }
    }
}
