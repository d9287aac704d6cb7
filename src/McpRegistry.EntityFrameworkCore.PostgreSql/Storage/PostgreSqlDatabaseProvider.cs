using System.Data;
using System.Diagnostics.Metrics;
using McpRegistry.EntityFrameworkCore.Discovery;
using McpRegistry.EntityFrameworkCore.Maintenance;
using McpRegistry.EntityFrameworkCore.PostgreSql.Discovery;
using McpRegistry.EntityFrameworkCore.PostgreSql.Maintenance;
using McpRegistry.EntityFrameworkCore.Storage;
using McpRegistry.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.Extensions.Logging;
using Npgsql.EntityFrameworkCore.PostgreSQL.Infrastructure;

namespace McpRegistry.EntityFrameworkCore.PostgreSql.Storage;

internal sealed class PostgreSqlDatabaseProvider : IDatabaseProvider, IAsyncDisposable, IDisposable
{
    public const string MigrationsHistoryTable = "registry_migrations";

    private readonly string _connectionString;
    private readonly PoolMetrics _metrics;
    private readonly PostgreSqlChangeListener _listener;

    public PostgreSqlDatabaseProvider(
        string connectionString,
        PostgreSqlConnectionOptions connections,
        TimeProvider time,
        ILoggerFactory loggers,
        IMeterFactory? meters)
    {
        _connectionString = connectionString;
        Pools = new PostgreSqlPools(connectionString, connections, loggers);
        _metrics = new PoolMetrics(meters, Pools.All);
        Monitor = new PoolMonitor(Pools.All, connections.Scaling, _metrics, time, loggers.CreateLogger<PoolMonitor>());
        _listener = new PostgreSqlChangeListener(connectionString, loggers);
    }

    public PostgreSqlPools Pools { get; }

    public PoolMonitor Monitor { get; }

    public IDatabaseErrorClassifier Errors { get; } = new PostgreSqlErrorClassifier();

    public IBulkWriter Bulk { get; } = new PostgreSqlBulkWriter();

    public IViewDialect Views { get; } = new PostgreSqlViews();

    public IUpkeepDialect Upkeep { get; } = new PostgreSqlUpkeep();

    public IsolationLevel ReadIsolation => IsolationLevel.RepeatableRead;

    public TimeSpan ChangePollInterval => TimeSpan.FromSeconds(5);

    /// <summary>
    /// Sent when the transaction commits, and not if it does not. The payload is for people who listen with psql: replicas
    /// ask by revision.
    /// </summary>
    public string AnnounceSql =>
        $"SELECT pg_notify('{PostgreSqlChangeListener.Channel}', revision::text) FROM registry_revisions WHERE tenant_id = {{1}} AND scope = 'all';";

    public ISearchDialect Search { get; } = new PostgreSqlSearchDialect();

    // The lock that a foreign key takes, taken earlier.
    public string KeepRowsSql => " FOR KEY SHARE";

    // The only lock that waits for those, and has them wait.
    public string HoldRowsSql => " FOR UPDATE";

    public ISchemaCatalogue Schema { get; } = new PostgreSqlSchema();

    public static void Configure(DbContextOptionsBuilder<RegistryDbContext> options, string connectionString) =>
        Complete(options.UseNpgsql(connectionString, UseMigrations));

    public void Configure(DbContextOptionsBuilder<RegistryDbContext> options) =>
        Complete(options.UseNpgsql(Pools[ConnectionUse.Write], UseMigrations).AddInterceptors(new PoolUse()));

    public void Attach(RegistryDbContext context, ConnectionUse use) => Pools.Attach(context, use);

    public IReadOnlyList<StoragePoolHealth> ReportPools() => Monitor.Report();

    /// <summary>Lets everyone in: row locks order the writers of all replicas.</summary>
    public ValueTask<IDisposable?> EnterWriteAsync(CancellationToken cancellationToken) => default;

    public async ValueTask<IDisposable?> EnterMigrationAsync(
        RegistryDbContext context, TimeProvider time, CancellationToken cancellationToken) =>
        await PostgreSqlMigrationLock.EnterAsync(context, _connectionString, time, cancellationToken).ConfigureAwait(false);

    public Task ListenAsync(Action wake, ReconnectDelay delay, TimeProvider time, CancellationToken cancellationToken) =>
        _listener.ListenAsync(wake, delay, time, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await Monitor.DisposeAsync().ConfigureAwait(false);
        _metrics.Dispose();
        await Pools.DisposeAsync().ConfigureAwait(false);
    }

    public void Dispose()
    {
        Monitor.Dispose();
        _metrics.Dispose();
        Pools.Dispose();
    }

    private static void UseMigrations(NpgsqlDbContextOptionsBuilder postgres) => postgres
        .MigrationsAssembly(typeof(PostgreSqlDatabaseProvider).Assembly.GetName().Name)
        .MigrationsHistoryTable(MigrationsHistoryTable);

    private static void Complete(DbContextOptionsBuilder options) => options
        .ReplaceService<IModelCustomizer, PostgreSqlModelCustomizer>()

        // It warns of what ConcurrentIndexes takes care of.
        .ConfigureWarnings(events => events.Ignore(RelationalEventId.NonTransactionalMigrationOperationWarning));
}
