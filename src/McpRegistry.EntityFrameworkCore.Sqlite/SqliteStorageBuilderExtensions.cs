using McpRegistry;
using McpRegistry.EntityFrameworkCore.Sqlite.Storage;
using McpRegistry.EntityFrameworkCore.Storage;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Keeps the registry in a SQLite file.</summary>
public static class SqliteStorageBuilderExtensions
{
    /// <summary>
    /// Keeps everything in one SQLite file, which is created with its folder when it is missing. For one host process;
    /// replaces any storage chosen before.
    /// </summary>
    /// <param name="builder">The builder.</param>
    /// <param name="connectionString">For example <c>Data Source=data/registry.db</c>.</param>
    /// <param name="configure">Changes the options; null keeps the defaults.</param>
    /// <param name="connections">Changes what each connection is set to; null keeps the defaults.</param>
    /// <returns>The same builder.</returns>
    /// <exception cref="ArgumentException">The connection string names no file.</exception>
    public static IMcpRegistryBuilder UseSqlite(
        this IMcpRegistryBuilder builder,
        string connectionString,
        Action<DatabaseStorageOptions>? configure = null,
        Action<SqliteConnectionOptions>? connections = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrWhiteSpace(connectionString);

        var connection = SqliteFile.Parse(connectionString);
        builder.Services.UseDatabase(
            services => new SqliteDatabaseProvider(connection, services.GetRequiredService<IOptions<SqliteConnectionOptions>>().Value),
            configure);
        builder.Services.ChooseOptions(connections);
        builder.Services.AddOptions<SqliteConnectionOptions>().ValidateDataAnnotations().ValidateOnStart();
        return builder;
    }
}
