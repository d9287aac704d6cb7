using System.Net.Http.Headers;
using System.Text;
using McpRegistry.ApiKeys;
using McpRegistry.AspNetCore.ApiKeys;
using McpRegistry.AspNetCore.Http;
using McpRegistry.AspNetCore.Servers;
using McpRegistry.Limits;
using McpRegistry.Servers;
using McpRegistry.Storage;
using McpRegistry.Tenancy;
using McpRegistry.TestSupport;
using McpRegistry.Users;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace McpRegistry.AspNetCore.Tests;

/// <summary>A real host on a free loopback port with the REST routes and one route of the proxy policy.</summary>
internal sealed class AccessHost : IAsyncDisposable
{
    private readonly WebApplication _app;

    private AccessHost(WebApplication app, FakeRegistry registry)
    {
        _app = app;
        Registry = registry;
        Client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
    }

    public FakeRegistry Registry { get; }

    public HttpClient Client { get; }

    public ManualTimeProvider Clock { get; private init; } = null!;

    public static Task<AccessHost> StartAsync(params (string Key, string Value)[] settings) => StartAsync(null, settings);

    public static async Task<AccessHost> StartAsync(Action<IServiceCollection>? services, params (string Key, string Value)[] settings)
    {
        var registry = new FakeRegistry();
        var clock = new ManualTimeProvider();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Configuration.AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create("McpRegistry:" + setting.Key, (string?)setting.Value)));
        builder.Services.AddSingleton<TimeProvider>(clock);
        builder.Services.AddSingleton<IServerStore>(registry).AddSingleton<IApiKeyStore>(registry).AddSingleton<IServerSupervisor>(registry);
        builder.Services.AddSingleton<ITenantStore, ActiveTenants>();
        builder.Services.AddSingleton<InMemoryDatabase>().AddSingleton<IUserStore, InMemoryUserStore>().AddSingleton<IQuotaStore, InMemoryQuotaStore>();
        builder.Services.AddGatewayAccess().AddGatewayAccess();
        services?.Invoke(builder.Services);
        var app = builder.Build();
        app.MapServerApi();
        app.MapPost("/mcp", (RequestDelegate)(static context => context.Response.WriteAsync(context.User.GetCaller()!.PrincipalId)))
            .AddEndpointFilter<IEndpointConventionBuilder, RequestOriginFilter>()
            .RequireAuthorization(McpRegistryPolicies.Proxy);
        await app.StartAsync();
        return new AccessHost(app, registry) { Clock = clock };
    }

    /// <summary>Issues a key and sends it with every request from now on.</summary>
    public string UseKey(ApiKeyScope scopes, TenantId tenant = default)
    {
        var text = ApiKeyFormat.Generate("test");
        var key = _app.Services.GetRequiredService<ApiKeyComposer>().Compose(text, $"key {Registry.Keys.Count}", scopes, null) with { Tenant = tenant };
        Registry.Keys.Add(key);
        Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", text);
        return text;
    }

    public Task<Answer> GetAsync(string path) => SendAsync(HttpMethod.Get, path);

    public Task<Answer> SendAsync(HttpMethod method, string path, string? json = null, params (string Name, string Value)[] headers) =>
        SendAsync(method, path, json is null ? null : new StringContent(json, Encoding.UTF8, "application/json"), headers);

    public async Task<Answer> SendAsync(HttpMethod method, string path, HttpContent? content, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        foreach (var (name, value) in headers)
        {
            Assert.True(request.Headers.TryAddWithoutValidation(name, value));
        }

        using var response = await Client.SendAsync(request);
        return await Answer.ReadAsync(response);
    }

    /// <summary>Registers a server and returns its id.</summary>
    public async Task<Guid> RegisterAsync(string name)
    {
        var answer = await SendAsync(HttpMethod.Post, ServerEndpoints.Path, $$"""{"name":"{{name}}","url":"https://example.com/mcp"}""");
        return answer.Json.GetProperty("id").GetGuid();
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.DisposeAsync();
    }
}
