using System.Data;
using System.Diagnostics.CodeAnalysis;
using McpRegistry.EntityFrameworkCore.Discovery;
using McpRegistry.EntityFrameworkCore.Maintenance;
using McpRegistry.EntityFrameworkCore.Sqlite.Discovery;
using McpRegistry.EntityFrameworkCore.Sqlite.Maintenance;
using McpRegistry.EntityFrameworkCore.Storage;
using McpRegistry.Storage;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;

namespace McpRegistry.EntityFrameworkCore.Sqlite.Storage;

internal sealed class SqliteDatabaseProvider : IDatabaseProvider, IDisposable
{
    public const string MigrationsHistoryTable = "registry_migrations";

    private readonly SqliteConnectionStringBuilder _connection;
    private readonly SqliteConnectionSetup _setup;
    [SuppressMessage("Usage", "CA2213", Justification = "A late write may still wait for it; it holds nothing to release, and disposed of it would leave that one waiting for ever.")]
    private readonly SemaphoreSlim _writers = new(1, 1);

    public SqliteDatabaseProvider(SqliteConnectionStringBuilder connection, SqliteConnectionOptions options)
    {
        _setup = new SqliteConnectionSetup(options);
        _connection = connection;
        SqliteFile.CreateFolder(connection);
    }

    public IDatabaseErrorClassifier Errors { get; } = new SqliteErrorClassifier();

    public IBulkWriter Bulk { get; } = new SqliteBulkWriter();

    public IViewDialect Views { get; } = new SqliteViews();

    public IUpkeepDialect Upkeep { get; } = new SqliteUpkeep();

    // The driver opens a plain deferred transaction at this level, which in WAL mode reads a snapshot and takes no write
    // lock; at every other level it takes the write lock at once, and that is what a write wants.
    public IsolationLevel ReadIsolation => IsolationLevel.ReadUncommitted;

    public TimeSpan ChangePollInterval => TimeSpan.FromMilliseconds(500);

    public string AnnounceSql => "";

    public ISearchDialect Search { get; } = new SqliteSearchDialect();

    public string KeepRowsSql => "";

    public string HoldRowsSql => "";

    public ISchemaCatalogue Schema { get; } = new SqliteSchema();

    public static void Configure(DbContextOptionsBuilder<RegistryDbContext> options, string connectionString) => options
        .UseSqlite(connectionString, sqlite => sqlite
            .MigrationsAssembly(typeof(SqliteDatabaseProvider).Assembly.GetName().Name)
            .MigrationsHistoryTable(MigrationsHistoryTable))
        .ReplaceService<IModelCustomizer, SqliteModelCustomizer>();

    public void Configure(DbContextOptionsBuilder<RegistryDbContext> options)
    {
        Configure(options, _connection.ConnectionString);
        options.AddInterceptors(_setup);
    }

    /// <summary>Leaves the context as it is: readers of a file do not keep each other waiting.</summary>
    public void Attach(RegistryDbContext context, ConnectionUse use)
    {
    }

    public IReadOnlyList<StoragePoolHealth> ReportPools() => [];

    /// <summary>
    /// Lets one writer at a time in. SQLite would make the others fail or block a thread while they poll; here they queue.
    /// </summary>
    public async ValueTask<IDisposable?> EnterWriteAsync(CancellationToken cancellationToken)
    {
        await _writers.WaitAsync(cancellationToken).ConfigureAwait(false);
        return new Turn(_writers);
    }

    public async ValueTask<IDisposable?> EnterMigrationAsync(
        RegistryDbContext context, TimeProvider time, CancellationToken cancellationToken) =>
        SqliteFile.IsPath(_connection)
            ? await SqliteMigrationLock.EnterAsync(context, _connection.DataSource, time, cancellationToken).ConfigureAwait(false)
            : null;

    /// <summary>Ends at once: SQLite tells nobody of a write, so another process is noticed by the poll.</summary>
    public Task ListenAsync(Action wake, ReconnectDelay delay, TimeProvider time, CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose()
    {
        // Pooled connections would keep the file and its WAL open.
        using var connection = new SqliteConnection(_connection.ConnectionString);
        SqliteConnection.ClearPool(connection);
    }

    private sealed class Turn(SemaphoreSlim writers) : IDisposable
    {
        public void Dispose() => writers.Release();
    }
}
