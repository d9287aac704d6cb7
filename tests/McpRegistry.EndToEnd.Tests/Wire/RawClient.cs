using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace McpRegistry.EndToEnd.Tests.Wire;

/// <summary>A client of either era that sends exactly the bytes it is told, for what no SDK lets one say or see.</summary>
internal sealed class RawClient
{
    public const string ModernVersion = "2026-07-28";
    public const string LegacyVersion = "2025-11-25";

    private const string Both = "application/json, text/event-stream";

    private readonly HttpClient _http;
    private readonly Uri _url;
    private int _lastId;

    private RawClient(HttpClient http, Uri url, Era era, string capabilities, string revision)
    {
        Revision = revision;
        _http = http;
        _url = url;
        Era = era;
        Capabilities = capabilities;
    }

    /// <summary>Gets what the client declares, as raw JSON.</summary>
    public string Capabilities { get; }

    public Era Era { get; }

    /// <summary>Gets the revision of a legacy client's session.</summary>
    public string Revision { get; }

    public string? SessionId { get; private set; }

    /// <summary>Opens a client; a legacy one has made its handshake.</summary>
    public static async Task<RawClient> OpenAsync(
        HttpClient http, Uri url, Era era, CancellationToken cancellationToken, string capabilities = "{}", string revision = LegacyVersion)
    {
        var client = new RawClient(http, url, era, capabilities, revision);
        if (era == Era.Legacy)
        {
            var answer = await client.InitializeAsync(cancellationToken);
            Assert.True(answer.Status == HttpStatusCode.OK, answer.Body);
            client.SessionId = answer.Headers.GetValues("Mcp-Session-Id").Single();
            await client.PostAsync("""{"jsonrpc":"2.0","method":"notifications/initialized"}""", [], cancellationToken);
        }

        return client;
    }

    public Task<McpAnswer> InitializeAsync(CancellationToken cancellationToken) => PostAsync(
        $"{{\"jsonrpc\":\"2.0\",\"id\":0,\"method\":\"initialize\",\"params\":{{\"protocolVersion\":\"{Revision}\",\"capabilities\":{Capabilities},\"clientInfo\":{{\"name\":\"raw\",\"version\":\"1\"}}}}}}", [], cancellationToken);

    /// <summary>Sends a request. The members of <c>params</c> and of <c>_meta</c> are raw JSON text.</summary>
    public Task<McpAnswer> CallAsync(string method, CancellationToken cancellationToken, string members = "", string meta = "", string? id = null)
    {
        var request = Write(id ?? NextId(), method, members, meta);
        return PostAsync(request, Headers(method, request), cancellationToken);
    }

    public Task<McpAnswer> CallToolAsync(string name, CancellationToken cancellationToken, string arguments = "{}", string meta = "", string? id = null) =>
        CallAsync("tools/call", cancellationToken, $"\"name\":{JsonSerializer.Serialize(name)},\"arguments\":{arguments}", meta, id);

    public Task<McpAnswer> NotifyAsync(string method, string parameters, CancellationToken cancellationToken) =>
        PostAsync($$"""{"jsonrpc":"2.0","method":"{{method}}","params":{{parameters}}}""", [], cancellationToken);

    /// <summary>Sends a request and returns as soon as the answer begins, to read it message by message.</summary>
    public async Task<StreamedAnswer> BeginAsync(
        string method, CancellationToken cancellationToken, string members = "", string meta = "", string? id = null, string accept = Both)
    {
        var body = Write(id ?? NextId(), method, members, meta);
        using var request = Post(body, Headers(method, body), accept);
        return new StreamedAnswer(await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken));
    }

    public Task<StreamedAnswer> BeginToolAsync(string name, CancellationToken cancellationToken, string? id = null, string accept = Both) =>
        BeginAsync("tools/call", cancellationToken, $"\"name\":{JsonSerializer.Serialize(name)},\"arguments\":{{}}", id: id, accept: accept);

    /// <summary>Answers a request of the server. The id and the outcome are raw JSON.</summary>
    public Task<McpAnswer> RespondAsync(JsonElement question, string outcome, CancellationToken cancellationToken, string member = "result")
    {
        Assert.True(question.TryGetProperty("method", out _), $"This is no question: {question.GetRawText()}");
        return PostAsync($$"""{"jsonrpc":"2.0","id":{{question.GetProperty("id").GetRawText()}},"{{member}}":{{outcome}}}""", [], cancellationToken);
    }

    /// <summary>Ends the session.</summary>
    public async Task EndAsync(CancellationToken cancellationToken)
    {
        using var request = Post("", [], Both);
        request.Method = HttpMethod.Delete;
        request.Content = null;
        using var response = await _http.SendAsync(request, cancellationToken);
        response.EnsureSuccessStatusCode();
    }

    public async Task<McpAnswer> PostAsync(string body, IEnumerable<(string Name, string Value)> headers, CancellationToken cancellationToken)
    {
        using var request = Post(body, headers, Both);
        using var response = await _http.SendAsync(request, cancellationToken);
        return await McpAnswer.ReadAsync(response, cancellationToken);
    }

    private HttpRequestMessage Post(string body, IEnumerable<(string Name, string Value)> headers, string accept)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, _url) { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body)) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.TryAddWithoutValidation("Accept", accept);
        foreach (var (name, value) in headers.Concat(SessionHeaders()))
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return request;
    }

    /// <summary>Writes a good request of the client's era.</summary>
    public string Write(string id, string method, string members = "", string meta = "")
    {
        var allMeta = Join(Era == Era.Modern ? EnvelopeMembers : "", meta);
        var parameters = Join(members, allMeta.Length > 0 ? $"\"_meta\":{{{allMeta}}}" : "");
        return $$$"""{"jsonrpc":"2.0","id":{{{id}}},"method":"{{{method}}}","params":{ {{{parameters}}} }}""";
    }

    /// <summary>The headers that belong to a good request of the client's era.</summary>
    public IEnumerable<(string Name, string Value)> Headers(string method, string request)
    {
        if (Era == Era.Legacy)
        {
            yield break;
        }

        yield return ("MCP-Protocol-Version", ModernVersion);
        yield return ("Mcp-Method", method);
        var parameters = JsonElement.Parse(request).GetProperty("params");
        var member = method switch { "tools/call" or "prompts/get" => "name", "resources/read" => "uri", "tasks/get" or "tasks/update" or "tasks/cancel" => "taskId", _ => "" };
        if (parameters.TryGetProperty(member, out var name))
        {
            yield return ("Mcp-Name", ModelContextProtocol.Protocol.McpHeaderEncoder.EncodeValue(name.GetString()!)!);
        }
    }

    private IEnumerable<(string Name, string Value)> SessionHeaders() => SessionId is null
        ? []
        : [("Mcp-Session-Id", SessionId), ("MCP-Protocol-Version", Revision)];

    private string EnvelopeMembers =>
        $"\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\",\"io.modelcontextprotocol/clientCapabilities\":{Capabilities}";

    private string NextId() => $"{Interlocked.Increment(ref _lastId)}";

    private static string Join(string first, string second) => first.Length > 0 && second.Length > 0 ? $"{first},{second}" : first + second;
}
