using McpRegistry.EntityFrameworkCore.Sqlite.Storage;
using McpRegistry.EntityFrameworkCore.Storage;
using McpRegistry.EntityFrameworkCore.Tests.Support;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Xunit;

namespace McpRegistry.EntityFrameworkCore.Tests.Storage;

public sealed class SqliteConnectionTests : IDisposable
{
    private const string Settings =
        """
        SELECT (SELECT journal_mode FROM pragma_journal_mode) || ',' || (SELECT "timeout" FROM pragma_busy_timeout) || ','
            || (SELECT synchronous FROM pragma_synchronous) || ',' || (SELECT cache_size FROM pragma_cache_size) AS "Value"
        """;

    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Open_Defaults_AreSetOnEveryConnection()
    {
        await using var host = await StartAsync(null);

        await AssertSettingsAsync(host, "wal,900,2,-16384", 256L << 20);
    }

    [Fact]
    public async Task Open_OtherOptions_AreSetOnEveryConnection()
    {
        await using var host = await StartAsync(options =>
        {
            options.Durability = SqliteDurability.Normal;
            options.MemoryMapping = false;
        });

        await AssertSettingsAsync(host, "wal,900,1,-16384", 0);
    }

    [Fact]
    public async Task Open_FileWasWrittenWithAnotherJournal_ChangesToTheLog()
    {
        await using (var connection = new SqliteConnection($"Data Source={_folder.Combine("registry.db")};Pooling=False"))
        {
            await connection.OpenAsync(Cancellation);
            await using var command = connection.CreateCommand();
            command.CommandText = "PRAGMA journal_mode = DELETE; CREATE TABLE something (id INTEGER);";
            await command.ExecuteNonQueryAsync(Cancellation);
        }

        await using var host = await StartAsync(null);

        await AssertSettingsAsync(host, "wal,900,2,-16384", 256L << 20);
    }

    [Fact]
    public void Validate_UnknownDurability_IsAFault()
    {
        var services = new ServiceCollection();
        new TestHost.Builder(services).UseSqlite(
            $"Data Source={_folder.Combine("registry.db")}", connections: options => options.Durability = (SqliteDurability)7);
        using var provider = services.BuildServiceProvider();

        var exception = Assert.Throws<OptionsValidationException>(() => provider.GetRequiredService<IOptions<SqliteConnectionOptions>>().Value);

        Assert.Contains("Durability", exception.Message, StringComparison.Ordinal);
    }

    private static async Task AssertSettingsAsync(TestHost host, string expected, long mapped)
    {
        var database = host.Services.GetRequiredService<RegistryDatabase>();
        for (var i = 0; i < 2; i++)
        {
            // Three at once, so that some are new and, the second time, some are from the pool.
            await using var read = await database.OpenAsync(Cancellation);
            await using var write = await database.OpenWriteAsync(Cancellation);
            await using var analytics = await database.OpenAnalyticsAsync(Cancellation);
            foreach (var context in new[] { read, write, analytics })
            {
                await context.Database.OpenConnectionAsync(Cancellation);
                Assert.Equal(expected, await context.Database.SqlQueryRaw<string>(Settings).SingleAsync(Cancellation));
                await using var command = context.Database.GetDbConnection().CreateCommand();
                command.CommandText = "PRAGMA mmap_size";
                Assert.Equal(mapped, await command.ExecuteScalarAsync(Cancellation));
            }
        }
    }

    private Task<TestHost> StartAsync(Action<SqliteConnectionOptions>? connections) =>
        TestHost.StartAsync(builder => builder.UseSqlite($"Data Source={_folder.Combine("registry.db")}", connections: connections));
}
