using McpRegistry.Configuration;
using McpRegistry.EntityFrameworkCore.Tests.Support;
using McpRegistry.Hosting;
using McpRegistry.Seeding;
using McpRegistry.Servers;
using McpRegistry.Storage;
using McpRegistry.Storage.Conformance;
using McpRegistry.Tenancy;
using McpRegistry.Users;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Xunit;

namespace McpRegistry.EntityFrameworkCore.Tests.Seeding;

/// <summary>The demo data on each store: through the contracts only, added once, never in production.</summary>
public abstract class SeedDataTests(StorageFixture storage)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Run_Twice_LeavesTheSameRows()
    {
        await using var empty = await storage.OpenEmptyAsync();
        await RunAsync(empty, "Development");
        var first = await DescribeAsync(empty);
        var revision = await empty.Services.GetRequiredService<IRevisionStore>().GetAsync(Cancellation);

        await RunAsync(empty, "Development");

        Assert.Equal(first, await DescribeAsync(empty));
        Assert.Equal(revision, await empty.Services.GetRequiredService<IRevisionStore>().GetAsync(Cancellation));
        Assert.Equal(12, revision);
    }

    [Fact]
    public async Task Run_Concurrently_LeavesEachRowOnce()
    {
        await using var empty = await storage.OpenEmptyAsync();

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => RunAsync(empty, "Development"))));

        Assert.Equal(12, await empty.Services.GetRequiredService<IRevisionStore>().GetAsync(Cancellation));
    }

    [Fact]
    public async Task Run_WhatAnOperatorChanged_Stays()
    {
        await using var empty = await storage.OpenEmptyAsync();
        await RunAsync(empty, "Staging");
        var tenants = empty.Services.GetRequiredService<ITenantStore>();
        var demo = (await tenants.FindBySlugAsync(DemoData.TenantSlug, Cancellation))!;
        await tenants.UpdateAsync(demo with { Name = "Ours" }, null, Cancellation);

        await RunAsync(empty, "Staging");

        Assert.Equal(("Ours", 2), ((await tenants.FindAsync(demo.Id, Cancellation))!.Name, (await tenants.FindAsync(demo.Id, Cancellation))!.Version));
        var servers = await empty.Services.GetRequiredService<IServerStore>().ListAsync(demo.Id, null, 10, Cancellation);
        Assert.Equal(2, servers.Count);
        Assert.All(servers, stored => Assert.False(stored.Server.Enabled));
    }

    [Theory]
    [InlineData("Production")]
    [InlineData("production")]
    [InlineData(null)]
    public async Task Run_Production_IsRefusedAndWritesNothing(string? environment)
    {
        await using var empty = await storage.OpenEmptyAsync();

        var refused = await Assert.ThrowsAsync<OptionsValidationException>(() => RunAsync(empty, environment));

        Assert.Contains("McpRegistry:Seed:Enabled", refused.Message, StringComparison.Ordinal);
        Assert.Contains("ASPNETCORE_ENVIRONMENT", refused.Message, StringComparison.Ordinal);
        Assert.Equal(0, await empty.Services.GetRequiredService<IRevisionStore>().GetAsync(Cancellation));
    }

    [Fact]
    public async Task Run_NotSwitchedOn_WritesNothing()
    {
        await using var empty = await storage.OpenEmptyAsync();

        await RunAsync(empty, "Development", enabled: null);
        await RunAsync(empty, "Production", enabled: "false");

        Assert.Equal(0, await empty.Services.GetRequiredService<IRevisionStore>().GetAsync(Cancellation));
    }

    private static async Task RunAsync(IEmptyStorage stores, string? environment, string? enabled = "true")
    {
        var services = new ServiceCollection().AddLogging()
            .AddSingleton<IConfiguration>(new ConfigurationBuilder()
                .AddInMemoryCollection(new Dictionary<string, string?> { ["McpRegistry:Seed:Enabled"] = enabled })
                .Build())
            .AddSingleton(stores.Services.GetRequiredService<ITenantStore>())
            .AddSingleton(stores.Services.GetRequiredService<IUserStore>())
            .AddSingleton(stores.Services.GetRequiredService<IServerStore>())
            .AddSingleton(stores.Services.GetRequiredService<ISystemConfigStore>())
            .AddSeedData();
        if (environment is not null)
        {
            services.AddSingleton<IHostEnvironment>(new NamedEnvironment(environment));
        }

        await using var provider = services.BuildServiceProvider(validateScopes: true);
        await Assert.Single(provider.GetServices<IStartupTask>()).RunAsync(Cancellation);
    }

    private static async Task<string> DescribeAsync(IEmptyStorage stores)
    {
        var tenants = await stores.Services.GetRequiredService<ITenantStore>().ListAsync(null, 10, Cancellation);
        var demo = Assert.Single(tenants);
        var users = await stores.Services.GetRequiredService<IUserStore>().ListAsync(demo.Id, new UserQuery(), Cancellation);
        var servers = await stores.Services.GetRequiredService<IServerStore>().ListAsync(demo.Id, null, 10, Cancellation);
        var configs = stores.Services.GetRequiredService<ISystemConfigStore>();
        var own = await configs.ListAsync(demo.Id, null, null, 10, Cancellation);
        var global = await configs.ListAsync(TenantId.Global, null, null, 10, Cancellation);
        Assert.Equal((3, 2, 5), (users.Count, servers.Count, global.Count));
        return string.Join(
            '\n',
            [
                Describe.Tenant(demo),
                .. users.Select(Describe.User),
                .. servers.Select(stored => Describe.Server(stored.Server)),
                .. own.Concat(global).Select(Describe.Config),
            ]);
    }

    private sealed class NamedEnvironment(string name) : IHostEnvironment
    {
        public string EnvironmentName { get; set; } = name;

        public string ApplicationName { get; set; } = "tests";

        public string ContentRootPath { get; set; } = "/";

        public IFileProvider ContentRootFileProvider { get; set; } = new NullFileProvider();
    }
}

public sealed class InMemorySeedDataTests(InMemoryStorage storage) : SeedDataTests(storage), IClassFixture<InMemoryStorage>;

public sealed class SqliteSeedDataTests(SqliteStorage storage) : SeedDataTests(storage), IClassFixture<SqliteStorage>;

public sealed class PostgreSqlSeedDataTests(PostgreSqlStorage storage) : SeedDataTests(storage), IClassFixture<PostgreSqlStorage>;
