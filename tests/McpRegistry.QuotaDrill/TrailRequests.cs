using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace McpRegistry.QuotaDrill;

/// <summary>Requests to a gateway as its administrator: MCP calls, changes, and questions about the trail.</summary>
internal sealed class TrailRequests : IDisposable
{
    private const int Connections = 256;

    private static readonly Uri Mcp = new("/mcp", UriKind.Relative);

    private readonly HttpClient _http;
    private readonly ConcurrentBag<string> _created = [];
    private int _calls;
    private int _asked;

    public TrailRequests(Uri host)
    {
        _http = new HttpClient(new SocketsHttpHandler { UseProxy = false, MaxConnectionsPerServer = Connections }) { BaseAddress = host, Timeout = TimeSpan.FromMinutes(4) };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", DrillHost.AdminKey);
    }

    /// <summary>Gets the ids of the keys whose creation was acknowledged.</summary>
    public IReadOnlyCollection<string> Created => _created;

    /// <summary>Gets how many MCP calls were answered with a result.</summary>
    public int Calls => Volatile.Read(ref _calls);

    /// <summary>Makes a key, and remembers it if that is acknowledged.</summary>
    public async Task CreateAsync()
    {
        var number = Interlocked.Increment(ref _asked);
        using var response = await _http.PostAsync("/api/v1/keys", new StringContent($$"""{"name":"drill {{number}}","scopes":["read"]}""", Encoding.UTF8, "application/json"));
        if (response.StatusCode == HttpStatusCode.Created)
        {
            _created.Add(JsonElement.Parse(await response.Content.ReadAsStringAsync()).GetProperty("details").GetProperty("id").GetString()!);
        }
    }

    /// <summary>Makes an MCP call, and counts it if it is answered.</summary>
    public async Task CallAsync()
    {
        using var request = ListRequest.To(Mcp);
        using var response = await _http.SendAsync(request);
        if (response.StatusCode == HttpStatusCode.OK && (await response.Content.ReadAsStringAsync()).Contains("\"result\"", StringComparison.Ordinal))
        {
            Interlocked.Increment(ref _calls);
        }
    }

    /// <summary>Has the gateway verify its trail.</summary>
    public async Task<JsonElement> VerifyAsync()
    {
        using var response = await _http.PostAsync("/api/v1/audit/verify", new StringContent("{}", Encoding.UTF8, "application/json"));
        return JsonElement.Parse(await response.EnsureSuccessStatusCode().Content.ReadAsStringAsync());
    }

    /// <summary>Reads the rows of an export in JSON Lines.</summary>
    public async Task<IReadOnlyList<JsonElement>> ExportAsync(string path) =>
        [.. (await _http.GetStringAsync(path)).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(static line => JsonElement.Parse(line))];

    public void Dispose() => _http.Dispose();
}
