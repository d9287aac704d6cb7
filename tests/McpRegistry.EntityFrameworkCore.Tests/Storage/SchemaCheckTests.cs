using System.Collections.Concurrent;
using McpRegistry.EntityFrameworkCore.Storage;
using McpRegistry.EntityFrameworkCore.Tests.Support;
using McpRegistry.Storage;
using McpRegistry.Storage.Conformance;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace McpRegistry.EntityFrameworkCore.Tests.Storage;

/// <summary>Takes something out of a whole schema and starts again.</summary>
public abstract class SchemaCheckTests(StorageFixture storage)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Initialize_WholeSchema_ReportsNothing()
    {
        await using var host = await storage.OpenEmptyAsync();

        Assert.Empty(await CheckAsync(host));
    }

    [Theory]
    [InlineData("DROP TABLE server_tags", "table server_tags.")]
    [InlineData("ALTER TABLE mcp_servers DROP COLUMN description", "column mcp_servers.description.")]
    [InlineData("ALTER TABLE request_logs RENAME COLUMN trace_id TO trace", "column request_logs.trace_id.")]
    [InlineData("DROP INDEX ux_mcp_servers_name", "index ux_mcp_servers_name.")]
    [InlineData("DROP INDEX idx_system_configs_key_tenant", "index idx_system_configs_key_tenant.")]
    public async Task Initialize_NeededObjectIsMissing_FailsAndNamesIt(string change, string expected)
    {
        await using var host = await storage.OpenEmptyAsync();
        await ExecuteAsync(host, change);

        var exception = await Assert.ThrowsAsync<InvalidOperationException>(() => CheckAsync(host));

        Assert.Contains(expected, exception.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<InvalidOperationException>(
            () => host.Services.GetRequiredService<IStorageInitializer>().InitializeAsync(Cancellation));
    }

    [Fact]
    public async Task Initialize_EveryPerformanceIndexIsMissing_WarnsWithStatementsThatMakeThemAgain()
    {
        await using var host = await storage.OpenEmptyAsync();
        var indexes = RegistryIndexes.All.Where(index => index.Name != "idx_system_configs_key_tenant").ToArray();
        foreach (var index in indexes)
        {
            await ExecuteAsync(host, $"DROP INDEX {index.Name}");
        }

        var warnings = await CheckAsync(host);

        Assert.Equal(indexes.Length, warnings.Count);
        foreach (var statement in warnings.SelectMany(warning => warning[(warning.IndexOf(": ", StringComparison.Ordinal) + 2)..].Split("; ")))
        {
            await ExecuteAsync(host, statement);
        }

        Assert.Empty(await CheckAsync(host));
    }

    private protected static async Task<IReadOnlyCollection<string>> CheckAsync(IEmptyStorage host)
    {
        using var warnings = new Warnings();
        using var loggers = new LoggerFactory([warnings]);
        await using var context = await host.Services.GetRequiredService<RegistryDatabase>().OpenAsync(Cancellation);
        var check = new SchemaCheck(host.Services.GetRequiredService<IDatabaseProvider>(), loggers.CreateLogger<SchemaCheck>());
        await check.VerifyAsync(context, Cancellation);
        return warnings.Messages;
    }

    private protected static async Task ExecuteAsync(IEmptyStorage host, string sql)
    {
        await using var context = await host.Services.GetRequiredService<RegistryDatabase>().OpenAsync(Cancellation);
        await context.Database.ExecuteSqlRawAsync(sql, Cancellation);
    }

    private sealed class Warnings : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<string> Messages { get; } = new();

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Messages.Enqueue(formatter(state, exception));

        public void Dispose()
        {
        }
    }
}

public sealed class SqliteSchemaCheckTests(SqliteStorage storage) : SchemaCheckTests(storage), IClassFixture<SqliteStorage>;

public sealed class PostgreSqlSchemaCheckTests(PostgreSqlStorage postgres) : SchemaCheckTests(postgres), IClassFixture<PostgreSqlStorage>
{
    [Fact]
    public async Task Initialize_FunctionAndViewAreMissing_WarnsWithStatementsThatMakeThemAgain()
    {
        await using var host = await OpenAsync();
        await ExecuteAsync(host, "DROP FUNCTION get_tenant_inventory; DROP VIEW index_usage_summary");

        var warnings = await CheckAsync(host);

        Assert.Equal(2, warnings.Count);
        foreach (var warning in warnings)
        {
            await ExecuteAsync(host, warning[(warning.IndexOf(": ", StringComparison.Ordinal) + 2)..]);
        }

        Assert.Empty(await CheckAsync(host));
    }

    [Fact]
    public async Task Initialize_BuildingAnIndexWasCutOff_WarnsAndTheMigrationMakesItAgain()
    {
        await using var host = await OpenAsync();
        await ExecuteAsync(host, "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'idx_api_keys_usage'::regclass");

        Assert.Contains("idx_api_keys_usage", Assert.Single(await CheckAsync(host)), StringComparison.Ordinal);

        // As after a process that died before the migration was recorded.
        await ExecuteAsync(host, "DELETE FROM registry_migrations WHERE \"MigrationId\" LIKE '%AddIndexesToExistingTables'");
        await host.Services.GetRequiredService<IStorageInitializer>().InitializeAsync(TestContext.Current.CancellationToken);

        Assert.Empty(await CheckAsync(host));
    }

    private ValueTask<IEmptyStorage> OpenAsync() => postgres.OpenEmptyAsync();
}
