using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using McpRegistry.Auditing;
using McpRegistry.Servers;
using McpRegistry.Snapshots;
using McpRegistry.Tenancy;
using McpRegistry.TestSupport;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace McpRegistry.EntityFrameworkCore.Tests.Support;

/// <summary>A whole host with its HTTP edge, as one of several on one database.</summary>
internal sealed class GatewayReplica : IAsyncDisposable
{
    private readonly WebApplication _app;

    private GatewayReplica(WebApplication app)
    {
        _app = app;
        Http = CreateHttp(Replica.AdminKey);
    }

    /// <summary>Gets a client that sends the admin key of the global tenant.</summary>
    public HttpClient Http { get; }

    /// <param name="name">The name among its replicas; null for none.</param>
    /// <param name="use">Chooses the store.</param>
    /// <param name="clock">The clock; null for the system's.</param>
    /// <param name="cancellationToken">Ends the start.</param>
    /// <param name="settings">Settings below <c>McpRegistry:</c>.</param>
    public static async Task<GatewayReplica> StartAsync(
        string? name, Action<IMcpRegistryBuilder> use, TimeProvider? clock, CancellationToken cancellationToken, params (string Name, string? Value)[] settings)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var own = new (string Name, string? Value)[] { ("Bootstrap:AdminKey", Replica.AdminKey), ("Outbound:AllowLoopback", "true"), ("Gateway:InstanceName", name) };
        builder.Configuration.AddInMemoryCollection(Prefixed(own)).AddInMemoryCollection(Prefixed(settings));
        if (clock is not null)
        {
            builder.Services.AddSingleton(clock);
        }

        use(builder.Services.AddMcpGateway());
        var app = builder.Build();
        app.MapMcpGateway();
        try
        {
            await app.StartAsync(cancellationToken);
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }

        return new GatewayReplica(app);
    }

    public T Get<T>()
        where T : notnull => _app.Services.GetRequiredService<T>();

    public HttpClient CreateHttp(string key)
    {
        var http = new HttpClient { BaseAddress = new Uri(_app.Urls.Single()) };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return http;
    }

    public async Task<JsonElement> GetAsync(HttpClient http, string path, CancellationToken cancellationToken)
    {
        using var response = await http.GetAsync(new Uri(path, UriKind.Relative), cancellationToken);
        var body = await response.Content.ReadAsStringAsync(cancellationToken);
        Assert.True(response.StatusCode == HttpStatusCode.OK, body);
        return JsonElement.Parse(body);
    }

    /// <summary>Registers a server of the global tenant, and waits until it is connected.</summary>
    public async Task<ServerEntry> AddAsync(string name, Uri url, CancellationToken cancellationToken)
    {
        var registered = await Get<IServerRegistrar>().RegisterAsync(
            TenantId.Global, new ServerDefinition { Name = name, Url = url.ToString() }, AuditActor.System, cancellationToken);
        Assert.Empty(registered.Faults);
        return await WaitAsync(registered.Server!.Id, cancellationToken);
    }

    /// <summary>Waits until a server is connected here.</summary>
    public async Task<ServerEntry> WaitAsync(Guid id, CancellationToken cancellationToken)
    {
        await Patience.UntilAsync(
            () => Get<RegistrySnapshots>().Current.Servers.GetValueOrDefault(id)?.Condition.Health == ServerHealth.Healthy, "the server is healthy", cancellationToken);
        return Get<RegistrySnapshots>().Current.Servers[id];
    }

    private static Dictionary<string, string?> Prefixed((string Name, string? Value)[] settings) =>
        settings.ToDictionary(static setting => "McpRegistry:" + setting.Name, static setting => setting.Value, StringComparer.Ordinal);

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
    }
}
