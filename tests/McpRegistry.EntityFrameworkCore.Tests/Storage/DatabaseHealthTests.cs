using McpRegistry.EntityFrameworkCore.Storage;
using McpRegistry.EntityFrameworkCore.Tests.Support;
using McpRegistry.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace McpRegistry.EntityFrameworkCore.Tests.Storage;

/// <summary>The health of databases that are not in order.</summary>
public sealed class DatabaseHealthTests(PostgreSqlServer server) : IDisposable
{
    private const string Secret = "swordfish-0123456789";

    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Check_NobodyListens_IsUnreachableAndTellsNoSecret()
    {
        await using var host = await StartAsync(builder => builder.UsePostgreSql(
            $"Host={_folder.Combine("nothing-here")};Username=somebody;Password={Secret};Database=registry", NotMigrated));

        var health = await CheckAsync(host);

        Assert.False(health.Reachable);
        Assert.Contains("SocketException", health.Detail, StringComparison.Ordinal);
        AssertTellsNothing(health, Secret, "somebody", "nothing-here");
        Assert.Equal(["read", "write", "analytics"], health.Pools.Select(pool => pool.Name));
    }

    [Fact]
    public async Task Check_DatabaseIsMissing_IsUnreachableWithItsCode()
    {
        var connectionString = await server.NewDatabaseAsync();
        await using var host = await StartAsync(builder => builder.UsePostgreSql(connectionString + $";Password={Secret}", NotMigrated));

        var health = await CheckAsync(host);

        Assert.False(health.Reachable);
        Assert.Equal("PostgresException 3D000", health.Detail);
    }

    [Fact]
    public async Task Check_FileCannotBeOpened_IsUnreachableAndTellsNoPath()
    {
        await using var host = await StartAsync(builder => builder.UseSqlite($"Data Source={_folder.Combine("registry.db")};Mode=ReadOnly", NotMigrated));

        var health = await CheckAsync(host);

        Assert.False(health.Reachable);
        Assert.StartsWith("SqliteException ", health.Detail, StringComparison.Ordinal);
        AssertTellsNothing(health, "registry.db");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Check_MigrationsAreNotApplied_CountsThem(bool postgreSql)
    {
        var connectionString = postgreSql ? await server.NewDatabaseAsync() : $"Data Source={_folder.Combine("registry.db")}";
        await using var host = await StartAsync(builder => _ = postgreSql ? builder.UsePostgreSql(connectionString) : builder.UseSqlite(connectionString));
        await using var context = await host.Services.GetRequiredService<RegistryDatabase>().OpenWriteAsync(Cancellation);
        await context.Database.ExecuteSqlRawAsync("DELETE FROM registry_migrations", Cancellation);

        var health = await CheckAsync(host);

        Assert.True(health.Reachable);
        Assert.Equal(context.Database.GetMigrations().Count(), health.PendingMigrations);
    }

    private static void NotMigrated(DatabaseStorageOptions options) => options.MigrateAtStart = false;

    private static void AssertTellsNothing(StorageHealth health, params string[] secrets) =>
        Assert.All(secrets, secret => Assert.DoesNotContain(secret, health.ToString(), StringComparison.OrdinalIgnoreCase));

    private static async Task<StorageHealth> CheckAsync(TestHost host) =>
        await host.Services.GetRequiredService<IStorageHealth>().CheckAsync(Cancellation);

    private static Task<TestHost> StartAsync(Action<IMcpRegistryBuilder> use) => TestHost.StartAsync(use);
}
