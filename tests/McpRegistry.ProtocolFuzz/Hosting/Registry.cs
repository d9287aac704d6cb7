using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace McpRegistry.ProtocolFuzz.Hosting;

/// <summary>Adds and removes servers over the REST API.</summary>
internal sealed class Registry : IDisposable
{
    private const string Path = "/api/v1/servers";
    private readonly HttpClient _http;

    public Registry(Uri gateway)
    {
        _http = new HttpClient { BaseAddress = gateway };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", FuzzGateway.AdminKey);
    }

    /// <summary>
    /// Defines a server. The standing ones that go wrong over HTTP have two endpoints, over which calls are spread. A program is not asked for its
    /// era, for which the fast clock leaves less time than it takes to start, and is one for all, since each costs so much.
    /// </summary>
    public static string Definition(Uri servers, string name, int seed)
    {
        var where = name.Contains("-stdio-", StringComparison.Ordinal)
            ? $$"""
                "isolation":"shared","endpoints":[{"era":"legacy","command":"dotnet","arguments":["{{typeof(Registry).Assembly.Location}}","serve","{{seed}}","{{name}}"]}]
                """
            : name.Contains("-socket-", StringComparison.Ordinal) ? $"\"transport\":\"websocket\",\"url\":\"ws://{servers.Authority}/{name}\""
            : name.EndsWith("sse", StringComparison.Ordinal) ? $"\"transport\":\"sse\",\"url\":\"{servers}{name}\""
            : name.StartsWith("odd-", StringComparison.Ordinal) ? $$"""
                "endpoints":[{"url":"{{servers}}{{name}}"},{"url":"{{servers}}{{name}}/second"}]
                """
            : $"\"url\":\"{servers}{name}\"";
        return $$"""{"name":"{{name}}","alias":"{{name}}",{{where}}}""";
    }

    /// <summary>Adds a server and returns its id.</summary>
    public async Task<string> AddAsync(string definition, CancellationToken cancellationToken)
    {
        using var body = new StringContent(definition, Encoding.UTF8, "application/json");
        using var response = await _http.PostAsync(Path, body, cancellationToken);
        response.EnsureSuccessStatusCode();
        return JsonElement.Parse(await response.Content.ReadAsStringAsync(cancellationToken)).GetProperty("id").GetString()!;
    }

    public async Task RemoveAsync(string id, CancellationToken cancellationToken)
    {
        using var response = await _http.DeleteAsync($"{Path}/{id}", cancellationToken);
        response.EnsureSuccessStatusCode();
    }

    /// <summary>Waits until a server is served, and fails when that takes too long.</summary>
    public async Task WaitAsync(string id, CancellationToken cancellationToken)
    {
        for (var tries = 0; tries < 300; tries++)
        {
            if (await IsHealthyAsync(id, cancellationToken))
            {
                return;
            }

            await Task.Delay(100, cancellationToken);
        }

        throw new TimeoutException($"A server of the fuzzer is not served: {await _http.GetStringAsync($"{Path}/{id}", cancellationToken)}");
    }

    public void Dispose() => _http.Dispose();

    private async Task<bool> IsHealthyAsync(string id, CancellationToken cancellationToken)
    {
        var server = JsonElement.Parse(await _http.GetStringAsync($"{Path}/{id}", cancellationToken));
        return server.GetProperty("condition").GetProperty("health").ValueEquals("healthy")
            && server.TryGetProperty("discovery", out var discovery) && discovery.ValueKind == JsonValueKind.Object;
    }
}
