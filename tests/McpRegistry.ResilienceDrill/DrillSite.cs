using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using McpRegistry.TestSupport.Upstreams;

namespace McpRegistry.ResilienceDrill;

/// <summary>A gateway on SQLite, and four replicas of one server behind it, each a process.</summary>
internal sealed class DrillSite : IDisposable
{
    public const int EndpointCount = 4;

    /// <summary>The server's alias.</summary>
    public const string Server = "drill";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mcp-registry-resilience-");
    private readonly DrillProcess[] _endpoints = new DrillProcess[EndpointCount];
    private readonly TimeSpan _service;
    private readonly TimeSpan _slow;
    private DrillProcess? _gateway;

    private DrillSite(TimeSpan service, TimeSpan slow) => (_service, _slow) = (service, slow);

    public DrillProcess Gateway => _gateway!;

    /// <summary>Gets the way to the gateway, as its administrator.</summary>
    public HttpClient Http { get; } = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = TimeSpan.FromMinutes(2) };

    /// <summary>Starts all, and waits until the gateway is connected to each endpoint.</summary>
    /// <param name="service">How long a call takes at an endpoint.</param>
    /// <param name="slow">How long it takes at a slow one.</param>
    /// <param name="settings">What the gateway is told of its behaviour, without <c>McpRegistry:</c>.</param>
    public static async Task<DrillSite> StartAsync(TimeSpan service, TimeSpan slow, params (string Name, string Value)[] settings)
    {
        var site = new DrillSite(service, slow);
        try
        {
            List<string> arguments = ["gateway", "--Drill:Database", Path.Combine(site._folder.FullName, "registry.db")];
            for (var endpoint = 0; endpoint < EndpointCount; endpoint++)
            {
                site._endpoints[endpoint] = await site.StartEndpointAsync(endpoint, ReturningPort.Take());
                Set($"Servers:{Server}:Endpoints:{endpoint}:Url", new Uri(site._endpoints[endpoint].Url, "/mcp").AbsoluteUri);
            }

            Set("Bootstrap:AdminKey", DrillGateway.Key);
            Set("Outbound:AllowLoopback", "true");
            foreach (var (name, value) in settings)
            {
                Set(name, value);
            }

            site._gateway = await DrillProcess.StartAsync(arguments);
            site.Http.BaseAddress = site.Gateway.Url;
            site.Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", DrillGateway.Key);
            await site.ConnectedAsync();
            return site;

            void Set(string name, string value) => arguments.AddRange([$"--McpRegistry:{name}", value]);
        }
        catch
        {
            site.Dispose();
            throw;
        }
    }

    /// <summary>Tells an endpoint how to answer.</summary>
    public Task BehaveAsync(int endpoint, Manner manner) => _endpoints[endpoint].TellAsync(manner.ToString());

    public Task KillAsync(int endpoint) => _endpoints[endpoint].KillAsync();

    /// <summary>Starts an endpoint that was killed, under the address that it had.</summary>
    public async Task RestartAsync(int endpoint)
    {
        var port = _endpoints[endpoint].Url.Port;
        _endpoints[endpoint].Dispose();
        _endpoints[endpoint] = await StartEndpointAsync(endpoint, port);
    }

    /// <summary>Reads which calls an endpoint ran, and when.</summary>
    public IReadOnlyList<(long At, string Call)> ExecutionsOf(int endpoint) => ExecutionLog.Read(LogOf(endpoint));

    /// <summary>Reads how many calls the breaker of each endpoint has let through as probes.</summary>
    public async Task<long[]> ReadProbesAsync()
    {
        var breakers = await GetAsync("/api/v1/circuit-breakers");
        var probes = breakers.GetProperty("items").EnumerateArray()
            .ToDictionary(static breaker => breaker.GetProperty("endpointId").GetGuid(), static breaker => breaker.GetProperty("probes").GetInt64());
        return [.. (await ReadEndpointsAsync()).Select(endpoint => probes.GetValueOrDefault(endpoint.GetProperty("id").GetGuid()))];
    }

    public void Dispose()
    {
        Http.Dispose();
        _gateway?.Dispose();
        foreach (var endpoint in _endpoints)
        {
            endpoint?.Dispose();
        }

        _folder.Delete(recursive: true);
    }

    private string LogOf(int endpoint) => Path.Combine(_folder.FullName, string.Create(CultureInfo.InvariantCulture, $"endpoint-{endpoint}.log"));

    private Task<DrillProcess> StartEndpointAsync(int endpoint, int port) => DrillProcess.StartAsync(
        "endpoint", Text(endpoint), Text(port), LogOf(endpoint), Text((int)_service.TotalMilliseconds), Text((int)_slow.TotalMilliseconds));

    private async Task ConnectedAsync()
    {
        for (var left = Patience; ; left -= Pause)
        {
            var endpoints = await ReadEndpointsAsync();
            if (endpoints.Length == EndpointCount && Array.TrueForAll(endpoints, static endpoint => endpoint.GetProperty("isConnected").GetBoolean()))
            {
                return;
            }

            if (left <= TimeSpan.Zero)
            {
                throw new InvalidOperationException("The gateway is not connected to all endpoints.");
            }

            await Task.Delay(Pause);
        }
    }

    private async Task<JsonElement[]> ReadEndpointsAsync()
    {
        var metrics = await GetAsync($"/api/v1/router/metrics?server={Server}");
        return [.. metrics.GetProperty("servers").EnumerateArray().SelectMany(static server => server.GetProperty("endpoints").EnumerateArray())];
    }

    private async Task<JsonElement> GetAsync(string path) => JsonElement.Parse(await Http.GetStringAsync(path));

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
