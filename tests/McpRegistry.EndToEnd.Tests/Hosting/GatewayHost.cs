using System.Net.Http.Headers;
using McpRegistry.ApiKeys;
using McpRegistry.Gateway;
using McpRegistry.Storage;
using McpRegistry.Tenancy;
using McpRegistry.TestSupport;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace McpRegistry.EndToEnd.Tests.Hosting;

/// <summary>A whole gateway on Kestrel at a free loopback port, as an application would build it.</summary>
internal sealed class GatewayHost : IAsyncDisposable
{
    public const string AdminKey = "end-to-end-admin-key-0123456789-abcdef";

    // Short waits where the default spares real servers, so that a test of a restart does not sit them out.
    private static readonly Dictionary<string, string?> Common = new(StringComparer.Ordinal)
    {
        ["Bootstrap:AdminKey"] = AdminKey,
        ["Outbound:AllowLoopback"] = "true",
        ["Upstream:ReconnectDelay"] = "00:00:00.1",
        ["Upstream:MaxReconnectDelay"] = "00:00:01",
        ["Upstream:ChangeDebounce"] = "00:00:00.02",
    };

    private readonly WebApplication _app;

    private GatewayHost(WebApplication app)
    {
        _app = app;
        BaseAddress = new Uri(app.Urls.Single());
        Http = CreateHttp(AdminKey);
        Registry = new RegistryClient(Http);
    }

    public Uri BaseAddress { get; }

    /// <summary>Gets a client that sends the admin key.</summary>
    public HttpClient Http { get; }

    public RegistryClient Registry { get; }

    public T Get<T>()
        where T : notnull => _app.Services.GetRequiredService<T>();

    public ClientSessions Sessions => _app.Services.GetRequiredService<ClientSessions>();

    public static async Task<GatewayHost> StartAsync(CancellationToken cancellationToken, GatewaySetup? setup = null)
    {
        setup ??= new GatewaySetup();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Configuration.AddInMemoryCollection(Prefixed(Common)).AddInMemoryCollection(Prefixed(setup.Settings));
        if (setup.Clock is not null)
        {
            builder.Services.AddSingleton(setup.Clock);
        }

        var gateway = builder.Services.AddMcpGateway();
        _ = setup.DatabaseFile is null ? gateway.UseInMemory() : gateway.UseSqlite($"Data Source={setup.DatabaseFile}");
        setup.Services?.Invoke(builder.Services);
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

        return new GatewayHost(app);
    }

    public Uri Mcp(string? alias = null) => new(BaseAddress, alias is null ? "/mcp" : $"/mcp/{alias}");

    /// <summary>Makes a client with a key of its own, and connections of its own; null sends no key.</summary>
    public HttpClient CreateHttp(string? key)
    {
        // A hostile body may leave a connection unusable; a pooled one must not carry that into the next test step.
        var http = new HttpClient { BaseAddress = BaseAddress, Timeout = TimeSpan.FromMinutes(3) };
        http.DefaultRequestHeaders.Authorization = key is null ? null : new AuthenticationHeaderValue("Bearer", key);
        return http;
    }

    /// <summary>Stores a further key, of a principal of its own.</summary>
    public async Task<string> AddKeyAsync(string name, ApiKeyScope scopes, CancellationToken cancellationToken) =>
        (await AddKeyAsync(name, scopes, static key => key, cancellationToken)).Secret;

    /// <summary>Stores a further key, with bounds or of another tenant.</summary>
    public async Task<(string Secret, ApiKey Key)> AddKeyAsync(string name, ApiKeyScope scopes, Func<ApiKey, ApiKey> change, CancellationToken cancellationToken)
    {
        var secret = ApiKeyFormat.Generate("test");
        var key = change(_app.Services.GetRequiredService<ApiKeyComposer>().Compose(secret, name, scopes, null));
        var stored = await _app.Services.GetRequiredService<IApiKeyStore>().AddAsync(key.Tenant, key, null, cancellationToken);
        Assert.True(stored.Succeeded);
        return (secret, stored.Value!);
    }

    /// <summary>Waits until this replica has taken over all that was written so far, as by another one.</summary>
    public async Task FollowAsync(CancellationToken cancellationToken)
    {
        var written = await Get<IRevisionStore>().GetAsync(cancellationToken);
        await Patience.UntilAsync(() => Get<RegistryFollower>().State.Revision >= written, $"revision {written} is followed", cancellationToken);
    }

    public Task StopAsync() => _app.StopAsync(CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await StopAsync();
        await _app.DisposeAsync();
    }

    private static IEnumerable<KeyValuePair<string, string?>> Prefixed(IReadOnlyDictionary<string, string?> settings) =>
        settings.Select(setting => KeyValuePair.Create("McpRegistry:" + setting.Key, setting.Value));
}
