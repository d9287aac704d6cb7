using System.Net;
using McpRegistry.ApiKeys;
using McpRegistry.Auditing;
using McpRegistry.Storage;
using McpRegistry.Tenancy;
using McpRegistry.TestSupport;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace McpRegistry.Repository.Tests.Keys;

/// <summary>A host that checks keys without the gateway, by the public surface of the packages alone.</summary>
internal sealed class KeyHost : IAsyncDisposable
{
    public static readonly IPAddress Here = IPAddress.Parse("203.0.113.7");

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mcp-registry-");
    private readonly IHost _host;

    private KeyHost(Action<IMcpRegistryBuilder, string> use, Action<IServiceCollection>? configure)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddSingleton<TimeProvider>(Clock);
        use(builder.Services.AddMcpRegistryApiKeys(), _folder.FullName);
        configure?.Invoke(builder.Services);
        _host = builder.Build();
    }

    public ManualTimeProvider Clock { get; } = new();

    public IApiKeyAuthorizer Authorizer => Get<IApiKeyAuthorizer>();

    public IApiKeyRegistrar Registrar => Get<IApiKeyRegistrar>();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Gets a tenant that was there before the host started.</summary>
    public Tenant Tenant { get; private set; } = null!;

    public static async Task<KeyHost> StartAsync(
        Action<IMcpRegistryBuilder, string> use, Action<IServiceCollection>? configure = null, string tenantSettings = "{}")
    {
        var host = new KeyHost(use, configure);
        await host.Get<IStorageInitializer>().InitializeAsync(Cancellation);
        host.Tenant = await AddTenantAsync(host._host.Services, tenantSettings);
        await host._host.StartAsync(Cancellation);
        return host;
    }

    public static async Task<Tenant> AddTenantAsync(IServiceProvider services, string settings)
    {
        var (id, now) = (new TenantId(Guid.CreateVersion7()), services.GetRequiredService<TimeProvider>().GetUtcNow());
        var tenant = new Tenant { Id = id, Slug = $"{id}", Name = "one", Settings = settings, CreatedAt = now, UpdatedAt = now };
        return (await services.GetRequiredService<ITenantStore>().AddAsync(tenant, null, Cancellation)).Value!;
    }

    public T Get<T>()
        where T : notnull => _host.Services.GetRequiredService<T>();

    public async Task<(string Text, ApiKey Key)> IssueAsync(ApiKeyDefinition definition, TenantId tenant = default)
    {
        var result = await Registrar.CreateAsync(tenant, ApiKeyScope.Admin, definition with { Name = $"{Guid.CreateVersion7()}" }, AuditActor.System, Cancellation);
        Assert.True(result.Succeeded);
        return (result.Secret!, result.Key!.Key);
    }

    public async Task<ApiKeyDecision> TryAsync(string text, ApiKeyDemand demand = default, IPAddress? address = null) =>
        await Authorizer.AuthorizeAsync(text, address ?? Here, demand, Cancellation);

    public Task StopAsync() => _host.StopAsync(Cancellation);

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync(CancellationToken.None);
        _host.Dispose();
        _folder.Delete(recursive: true);
    }
}
