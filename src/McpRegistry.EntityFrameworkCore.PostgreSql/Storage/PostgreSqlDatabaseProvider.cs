using System.Data;
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

    private readonly NpgsqlDataSource _dataSource;

    public PostgreSqlDatabaseProvider(string connectionString, ILoggerFactory? loggers)
    {
        var builder = new NpgsqlDataSourceBuilder(connectionString).UseLoggerFactory(loggers);
        builder.ConnectionStringBuilder.ApplicationName ??= "McpRegistry";
        _dataSource = builder.Build();
    }

    public IDatabaseErrorClassifier Errors { get; } = new PostgreSqlErrorClassifier();

    public IsolationLevel ReadIsolation => IsolationLevel.RepeatableRead;

    public static void Configure(DbContextOptionsBuilder<RegistryDbContext> options, string connectionString) =>
        Complete(options.UseNpgsql(connectionString, UseMigrations));

    public void Configure(DbContextOptionsBuilder<RegistryDbContext> options) =>
        Complete(options.UseNpgsql(_dataSource, UseMigrations));

    /// <summary>Lets everyone in: row locks order the writers of all replicas.</summary>
    public ValueTask<IDisposable?> EnterWriteAsync(CancellationToken cancellationToken) => default;

    /// <summary>Lets everyone in: EF Core locks a table, and that lock ends with the connection.</summary>
    public ValueTask<IDisposable?> EnterMigrationAsync(
        RegistryDbContext context, TimeProvider time, CancellationToken cancellationToken) => default;

    public ValueTask DisposeAsync() => _dataSource.DisposeAsync();

    public void Dispose() => _dataSource.Dispose();

    private static void UseMigrations(NpgsqlDbContextOptionsBuilder postgres) => postgres
        .MigrationsAssembly(typeof(PostgreSqlDatabaseProvider).Assembly.GetName().Name)
        .MigrationsHistoryTable(MigrationsHistoryTable);

    private static void Complete(DbContextOptionsBuilder options) =>
        options.ReplaceService<IModelCustomizer, PostgreSqlModelCustomizer>();
}
