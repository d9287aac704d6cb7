using System.Net;
using McpRegistry.ApiKeys;
using McpRegistry.Gateway;
using McpRegistry.Gateway.Bridging;
using McpRegistry.ProtocolFuzz.Checks;
using McpRegistry.Tenancy;
using McpRegistry.Watching;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace McpRegistry.ProtocolFuzz.Hosting;

/// <summary>The whole gateway on Kestrel, on the fast clock, with a database that is thrown away.</summary>
internal sealed class FuzzGateway : IAsyncDisposable
{
    public const string AdminKey = "protocol-fuzz-admin-key-0123456789-abcdef";

    private static readonly Dictionary<string, string?> Settings = new(StringComparer.Ordinal)
    {
        ["McpRegistry:Bootstrap:AdminKey"] = AdminKey,
        ["McpRegistry:Outbound:AllowLoopback"] = "true",

        ["McpRegistry:Upstream:MaxMessageBytes"] = $"{FuzzLimits.MaxMessageBytes}",
        ["McpRegistry:Stdio:AllowedCommands:0:Command"] = "dotnet",

        // On the fast clock the defaults would be too short for a busy machine. These are about 12 and 25 seconds of the system's, and 4 for the others.
        ["McpRegistry:Gateway:RequestTimeout"] = "00:30:00",
        ["McpRegistry:Gateway:MaxRequestDuration"] = "01:00:00",
        ["McpRegistry:Upstream:ConnectTimeout"] = "00:10:00",
        ["McpRegistry:Upstream:StdioProbeTimeout"] = "00:01:00",
        ["McpRegistry:Upstream:DiscoveryTimeout"] = "00:10:00",
        ["McpRegistry:ApiKeys:LookupTimeout"] = "00:10:00",

        // Half a second between two tries to reach a server, and a debounce that is one.
        ["McpRegistry:Upstream:MaxReconnectDelay"] = "00:01:00",
        ["McpRegistry:Upstream:ChangeDebounce"] = "00:00:30",
        ["McpRegistry:Gateway:ChangeDebounce"] = "00:00:15",
        ["McpRegistry:Gateway:MaxSessionsPerCaller"] = "10000",
    };

    private readonly WebApplication _app;
    private readonly string _file;
    private readonly Connections _connections;
    private readonly RunningRequests _requests;

    private FuzzGateway(WebApplication app, string file, Connections connections, RunningRequests requests)
    {
        _app = app;
        _file = file;
        _connections = connections;
        _requests = requests;
        Url = new Uri(app.Urls.Single());
    }

    public Uri Url { get; }

    public IPEndPoint Address => new(IPAddress.Loopback, Url.Port);

    public int OpenConnections => _connections.Count;

    /// <summary>Gets what is known of the requests that have not ended.</summary>
    public IEnumerable<string> OpenRequests => _requests.All;

    public int Sessions => _app.Services.GetRequiredService<ClientSessions>().Count;

    public int Suspended => _app.Services.GetRequiredService<SuspendedCalls>().Count;

    public int Streams => _app.Services.GetRequiredService<StreamQuota>().Count;

    public int Feeds => _app.Services.GetRequiredService<SessionFeeds>().Count;

    public static async Task<FuzzGateway> StartAsync(LogWatch log)
    {
        var file = Path.Combine(Path.GetTempPath(), $"protocol-fuzz-{Guid.CreateVersion7():N}.db");
        var (connections, requests) = (new Connections(), new RunningRequests());
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders().AddProvider(log);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Use(connections.Watch)));
        builder.Configuration.AddInMemoryCollection(Settings);
        builder.Services.AddSingleton<IHostLifetime, UntilDisposed>();
        builder.Services.AddSingleton<TimeProvider>(new FastClock());
        builder.Services.AddMcpGateway().UseSqlite($"Data Source={file}");
        var app = builder.Build();
        app.Use(requests.WatchAsync);
        app.MapMcpGateway();
        await app.StartAsync();
        return new FuzzGateway(app, file, connections, requests);
    }

    /// <summary>Stores a key of a principal of its own.</summary>
    public async Task<string> AddKeyAsync(string name)
    {
        var secret = ApiKeyFormat.Generate("fuzz");
        var key = _app.Services.GetRequiredService<ApiKeyComposer>().Compose(secret, name, ApiKeyScope.Proxy, null);
        await _app.Services.GetRequiredService<IApiKeyStore>().AddAsync(TenantId.Global, key, null, CancellationToken.None);
        return secret;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
        foreach (var file in Directory.EnumerateFiles(Path.GetTempPath(), Path.GetFileName(_file) + "*"))
        {
            File.Delete(file);
        }
    }
}
