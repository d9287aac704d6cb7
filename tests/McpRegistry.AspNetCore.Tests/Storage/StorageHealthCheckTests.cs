using McpRegistry.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace McpRegistry.AspNetCore.Tests.Storage;

public sealed class StorageHealthCheckTests
{
    private static readonly StoragePoolHealth Pool = new() { Name = "read", Size = 15, InUse = 3 };

    [Fact]
    public async Task Check_StoreAnswers_IsHealthyAndTellsItsPools()
    {
        var entry = await CheckAsync(new StorageHealth { Reachable = true, Latency = TimeSpan.FromMilliseconds(2), Pools = [Pool] });

        Assert.Equal(HealthStatus.Healthy, entry.Status);
        Assert.Equal(TimeSpan.FromMilliseconds(2), entry.Data["latency"]);
        Assert.Equal(0, entry.Data["pending_migrations"]);
        Assert.Same(Pool, entry.Data["pool.read"]);
    }

    [Fact]
    public async Task Check_MigrationsAreMissing_IsDegraded()
    {
        var entry = await CheckAsync(new StorageHealth { Reachable = true, PendingMigrations = 2 });

        Assert.Equal(HealthStatus.Degraded, entry.Status);
        Assert.StartsWith("2 migrations", entry.Description, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(HealthStatus.Unhealthy)]
    [InlineData(HealthStatus.Degraded)]
    public async Task Check_StoreCannotBeUsed_IsWhatTheHostCallsIt(HealthStatus status)
    {
        var entry = await CheckAsync(new StorageHealth { Reachable = false, Detail = "SocketException" }, status);

        Assert.Equal(status, entry.Status);
        Assert.EndsWith("SocketException", entry.Description, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_StoreInMemory_IsHealthy()
    {
        var services = new ServiceCollection().AddLogging();
        services.AddMcpGateway().UseInMemory();
        services.AddHealthChecks().AddMcpRegistryStorage();

        Assert.Equal(HealthStatus.Healthy, (await RunAsync(services)).Status);
    }

    private static Task<HealthReportEntry> CheckAsync(StorageHealth health, HealthStatus failure = HealthStatus.Unhealthy)
    {
        var services = new ServiceCollection().AddLogging().AddSingleton<IStorageHealth>(new FixedHealth(health));
        services.AddHealthChecks().AddMcpRegistryStorage(failureStatus: failure);
        return RunAsync(services);
    }

    private static async Task<HealthReportEntry> RunAsync(IServiceCollection services)
    {
        await using var provider = services.BuildServiceProvider();
        var report = await provider.GetRequiredService<HealthCheckService>().CheckHealthAsync(TestContext.Current.CancellationToken);
        return report.Entries["mcp_registry_storage"];
    }

    private sealed class FixedHealth(StorageHealth health) : IStorageHealth
    {
        public ValueTask<StorageHealth> CheckAsync(CancellationToken cancellationToken) => ValueTask.FromResult(health);
    }
}
