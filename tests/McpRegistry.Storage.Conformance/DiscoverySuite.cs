using McpRegistry.Discovery;
using McpRegistry.Servers;
using McpRegistry.Tenancy;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace McpRegistry.Storage.Conformance;

/// <summary>What <see cref="IServerSearch"/> promises, one file a question; here: what the suite shares.</summary>
public abstract partial class DiscoverySuite(IStorageFixture storage) : StoreSuite(storage)
{
    private readonly IStorageFixture _storage = storage;

    private IServerSearch Search => Get<IServerSearch>();

    /// <summary>Names the servers that a query finds, in its order.</summary>
    private async Task<string[]> FindAsync(ServerQuery query, TenantId? tenant = null) =>
        Names(await Search.FindAsync(tenant ?? Tenant, query, Cancellation));

    private static string[] Names(ServerPage page) => [.. page.Servers.Select(found => found.Stored.Server.Name)];

    private Task<RegisteredServer> AddAsync(string name, params CatalogueItem[] items) =>
        AddAsync(Sample.Server(Tenant, name), Sample.Report(items));

    private Task<RegisteredServer> AddAsync(RegisteredServer server, DiscoveryReport? report = null, ServerStatistics? statistics = null) =>
        AddAsync(_storage.Services, server, report, statistics);

    private async Task<RegisteredServer> AddAsync(
        IServiceProvider services, RegisteredServer server, DiscoveryReport? report = null, ServerStatistics? statistics = null)
    {
        var servers = services.GetRequiredService<IServerStore>();
        var added = await servers.AddAsync(server.Tenant, server, null, Cancellation);
        Assert.True(added.Succeeded, $"{added.Outcome} {added.ConflictField}");
        if (report is not null)
        {
            Assert.True((await servers.SaveDiscoveryAsync(server.Tenant, server.Id, report, Cancellation)).Succeeded);
        }

        if (statistics is not null)
        {
            await MeasureAsync(services, server, statistics);
        }

        return added.Value;
    }

    private static DiscoveryReport Healthy(ServerHealth health) => Sample.Report() with { Health = health };
}
