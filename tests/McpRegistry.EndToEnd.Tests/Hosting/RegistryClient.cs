using System.Net;
using System.Text;
using System.Text.Json;

namespace McpRegistry.EndToEnd.Tests.Hosting;

/// <summary>The REST API as a user sees it.</summary>
internal sealed class RegistryClient(HttpClient http)
{
    private const string Path = "/api/v1/servers";
    private const int Tries = 2_400;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    public async Task<JsonElement> RegisterAsync(string definition, CancellationToken cancellationToken)
    {
        using var body = new StringContent(definition, Encoding.UTF8, "application/json");
        using var response = await http.PostAsync(Path, body, cancellationToken);
        var text = await response.Content.ReadAsStringAsync(cancellationToken);
        Assert.True(response.StatusCode == HttpStatusCode.Created, $"{response.StatusCode}: {text}");
        return JsonElement.Parse(text);
    }

    /// <summary>Registers a Streamable HTTP server and waits until it is healthy.</summary>
    public async Task<JsonElement> AddAsync(string alias, Uri url, CancellationToken cancellationToken, string more = "")
    {
        await RegisterAsync($$"""{"name":"{{alias}}","alias":"{{alias}}","url":"{{url}}"{{more}}}""", cancellationToken);
        return await WaitAsync(alias, "healthy", cancellationToken);
    }

    public Task<JsonElement> ListAsync(CancellationToken cancellationToken) => GetAsync(Path, cancellationToken);

    public async Task<JsonElement> FindAsync(string alias, CancellationToken cancellationToken) =>
        (await ListAsync(cancellationToken)).GetProperty("servers").EnumerateArray().Single(server => server.GetProperty("alias").ValueEquals(alias));

    /// <summary>Reads a server with its items.</summary>
    public async Task<JsonElement> DescribeAsync(string alias, CancellationToken cancellationToken) =>
        await GetAsync($"{Path}/{Id(await FindAsync(alias, cancellationToken))}?include=items", cancellationToken);

    /// <summary>Waits until a server is in this state, and fails with the state that it is in.</summary>
    public Task<JsonElement> WaitAsync(string alias, string health, CancellationToken cancellationToken) =>
        WaitAsync(alias, server => Health(server) == health && (health is "unhealthy" || HasReport(server)), $"is {health}", cancellationToken);

    /// <summary>Waits until every endpoint of a server is connected; the server is healthy as soon as one of them is.</summary>
    public async Task WaitForEndpointsAsync(string alias, CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < Tries; attempt++)
        {
            var metrics = await GetAsync($"/api/v1/router/metrics?server={alias}", cancellationToken);
            if (metrics.GetProperty("servers")[0].GetProperty("endpoints").EnumerateArray().All(static endpoint => endpoint.GetProperty("isConnected").GetBoolean()))
            {
                return;
            }

            await Task.Delay(Pause, cancellationToken);
        }

        throw new TimeoutException($"Waited in vain until all endpoints of '{alias}' are connected.");
    }

    /// <summary>Waits until the catalogue of a server has a tool.</summary>
    public async Task WaitForToolAsync(string alias, string tool, CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < Tries; attempt++)
        {
            var discovery = (await DescribeAsync(alias, cancellationToken)).GetProperty("discovery");
            if (discovery.GetProperty("items").GetProperty("tools").EnumerateArray().Any(item => item.ValueEquals(tool)))
            {
                return;
            }

            await Task.Delay(Pause, cancellationToken);
        }

        throw new TimeoutException($"Waited in vain until '{alias}' lists '{tool}'.");
    }

    public async Task<JsonElement> WaitAsync(string alias, Func<JsonElement, bool> condition, string expected, CancellationToken cancellationToken)
    {
        var server = default(JsonElement);
        for (var attempt = 0; attempt < Tries; attempt++)
        {
            server = await FindAsync(alias, cancellationToken);
            if (condition(server))
            {
                return server;
            }

            await Task.Delay(Pause, cancellationToken);
        }

        throw new TimeoutException($"Waited in vain until '{alias}' {expected}; it is {server.GetRawText()}");
    }

    public async Task<JsonElement> RefreshAsync(string alias, CancellationToken cancellationToken)
    {
        var id = Id(await FindAsync(alias, cancellationToken));
        using var response = await http.PostAsync($"{Path}/{id}/refresh", null, cancellationToken);
        return JsonElement.Parse(await response.Content.ReadAsStringAsync(cancellationToken));
    }

    public async Task DeleteAsync(JsonElement server, CancellationToken cancellationToken)
    {
        using var response = await http.DeleteAsync($"{Path}/{Id(server)}", cancellationToken);
        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
    }

    public static string? Health(JsonElement server) => server.GetProperty("condition").GetProperty("health").GetString();

    public static string? Reason(JsonElement server) =>
        server.GetProperty("condition").TryGetProperty("reason", out var reason) ? reason.GetString() : null;

    public static IReadOnlyList<string?> FaultReasons(JsonElement server) =>
        [.. server.GetProperty("discovery").GetProperty("faults").EnumerateArray().Select(fault => fault.GetProperty("reason").GetString())];

    /// <summary>The state shows at once; the report that explains it is stored a moment later.</summary>
    private static bool HasReport(JsonElement server) =>
        server.TryGetProperty("discovery", out var discovery) && discovery.ValueKind == JsonValueKind.Object;

    private static string? Id(JsonElement server) => server.GetProperty("id").GetString();

    private async Task<JsonElement> GetAsync(string path, CancellationToken cancellationToken) =>
        JsonElement.Parse(await http.GetStringAsync(new Uri(path, UriKind.Relative), cancellationToken));
}
