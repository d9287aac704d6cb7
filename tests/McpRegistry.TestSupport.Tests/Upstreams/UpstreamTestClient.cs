using System.Text;
using McpRegistry.TestSupport.Upstreams;

namespace McpRegistry.TestSupport.Tests.Upstreams;

/// <summary>Speaks to an upstream with plain HTTP, one connection pool per test.</summary>
internal sealed class UpstreamTestClient(ScriptedUpstream upstream) : IDisposable
{
    private const string Envelope = """{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{},"progressToken":"p-1"}""";

    private readonly HttpClient _http = new();

    public Task<HttpResponseMessage> ModernAsync(string method, string members, CancellationToken cancellationToken, string? name = null)
    {
        var request = Post($$$"""{"jsonrpc":"2.0","id":7,"method":"{{{method}}}","params":{"_meta":{{{Envelope}}}{{{(members.Length == 0 ? "" : "," + members)}}}}}""");
        request.Headers.Add("MCP-Protocol-Version", "2026-07-28");
        request.Headers.Add("Mcp-Method", method);
        if (name is not null)
        {
            request.Headers.Add("Mcp-Name", name);
        }

        return SendAsync(request, cancellationToken);
    }

    public Task<HttpResponseMessage> LegacyAsync(string method, string parameters, string? session, CancellationToken cancellationToken)
    {
        var request = Post($$"""{"jsonrpc":"2.0","id":7,"method":"{{method}}","params":{{parameters}}}""");
        AddSession(request, session);
        return SendAsync(request, cancellationToken);
    }

    public async Task<string> InitializeAsync(CancellationToken cancellationToken)
    {
        using var answer = await LegacyAsync("initialize", """{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"t","version":"1"}}""", null, cancellationToken);
        return answer.Headers.GetValues("Mcp-Session-Id").Single();
    }

    public Task<HttpResponseMessage> SessionAsync(HttpMethod verb, string session, CancellationToken cancellationToken)
    {
        var request = new HttpRequestMessage(verb, upstream.Url);
        AddSession(request, session);
        return SendAsync(request, cancellationToken);
    }

    public void Dispose() => _http.Dispose();

    private static void AddSession(HttpRequestMessage request, string? session)
    {
        if (session is not null)
        {
            request.Headers.Add("Mcp-Session-Id", session);
        }
    }

    private HttpRequestMessage Post(string body) =>
        new(HttpMethod.Post, upstream.Url) { Content = new StringContent(body, Encoding.UTF8, "application/json") };

    private Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
}
