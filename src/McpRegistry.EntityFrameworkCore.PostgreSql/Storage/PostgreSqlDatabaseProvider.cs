using System.Data;
using McpRegistry.EntityFrameworkCore.Discovery;
using McpRegistry.EntityFrameworkCore.PostgreSql.Discovery;
using McpRegistry.EntityFrameworkCore.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.Extensions.Logging;
using Npgsql;
using Npgsql.EntityFrameworkCore.PostgreSQL.Infrastructure;

namespace McpRegistry.EntityFrameworkCore.PostgreSql.Storage;

internal sealed class PostgreSqlDatabaseProvider : IDatabaseProvider, IAsyncDisposable, IDisposable
{
    public const string MigrationsHistoryTable = "registry_migrations";

    private readonly string _connectionString;
    private readonly NpgsqlDataSource _dataSource;
    private readonly PostgreSqlChangeListener _listener;

    public PostgreSqlDatabaseProvider(string connectionString, ILoggerFactory? loggers)
    {
        _connectionString = connectionString;
        var builder = new NpgsqlDataSourceBuilder(connectionString).UseLoggerFactory(loggers);
        builder.ConnectionStringBuilder.ApplicationName ??= "McpRegistry";
        _dataSource = builder.Build();
        _listener = new PostgreSqlChangeListener(connectionString, loggers);
    }

    public IDatabaseErrorClassifier Errors { get; } = new PostgreSqlErrorClassifier();

    public IsolationLevel ReadIsolation => IsolationLevel.RepeatableRead;

    public TimeSpan ChangePollInterval => TimeSpan.FromSeconds(5);

    /// <summary>
    /// Sent when the transaction commits, and not if it does not. The payload is for people who listen with psql: replicas
    /// ask by revision.
    /// </summary>
    public string AnnounceSql =>
        $"SELECT pg_notify('{PostgreSqlChangeListener.Channel}', revision::text) FROM registry_revisions WHERE tenant_id = {{1}} AND scope = 'all';";

    public ISearchDialect Search { get; } = new PostgreSqlSearchDialect();

    public static void Configure(DbContextOptionsBuilder<RegistryDbContext> options, string connectionString) =>
        Complete(options.UseNpgsql(connectionString, UseMigrations));

    public void Configure(DbContextOptionsBuilder<RegistryDbContext> options) =>
        Complete(options.UseNpgsql(_dataSource, UseMigrations));

    /// <summary>Lets everyone in: row locks order the writers of all replicas.</summary>
    public ValueTask<IDisposable?> EnterWriteAsync(CancellationToken cancellationToken) => default;

    public async ValueTask<IDisposable?> EnterMigrationAsync(
        RegistryDbContext context, TimeProvider time, CancellationToken cancellationToken) =>
        await PostgreSqlMigrationLock.EnterAsync(context, _connectionString, cancellationToken).ConfigureAwait(false);

    public Task ListenAsync(Action wake, ReconnectDelay delay, TimeProvider time, CancellationToken cancellationToken) =>
        _listener.ListenAsync(wake, delay, time, cancellationToken);

    public ValueTask DisposeAsync() => _dataSource.DisposeAsync();

    public void Dispose() => _dataSource.Dispose();

    private static void UseMigrations(NpgsqlDbContextOptionsBuilder postgres) => postgres
        .MigrationsAssembly(typeof(PostgreSqlDatabaseProvider).Assembly.GetName().Name)
        .MigrationsHistoryTable(MigrationsHistoryTable);

    private static void Complete(DbContextOptionsBuilder options) =>
        options.ReplaceService<IModelCustomizer, PostgreSqlModelCustomizer>();
}
