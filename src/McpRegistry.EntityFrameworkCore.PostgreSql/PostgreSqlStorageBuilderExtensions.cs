using System.Diagnostics.Metrics;
using McpRegistry;
using McpRegistry.EntityFrameworkCore.PostgreSql.Storage;
using McpRegistry.EntityFrameworkCore.Storage;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Keeps the registry in a PostgreSQL database.</summary>
public static class PostgreSqlStorageBuilderExtensions
{
    /// <summary>
    /// Keeps everything in a PostgreSQL database that any number of hosts may share. Replaces any storage chosen before.
    /// </summary>
    /// <param name="builder">The builder.</param>
    /// <param name="connectionString">For example <c>Host=db;Database=registry;Username=registry;Password=...</c>.</param>
    /// <param name="configure">Changes the options; null keeps the defaults.</param>
    /// <param name="connections">Changes how the database is connected to; null keeps the defaults.</param>
    /// <returns>The same builder.</returns>
    public static IMcpRegistryBuilder UsePostgreSql(
        this IMcpRegistryBuilder builder,
        string connectionString,
        Action<DatabaseStorageOptions>? configure = null,
        Action<PostgreSqlConnectionOptions>? connections = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrWhiteSpace(connectionString);

        var services = builder.Services;
        services.UseDatabase(provider => Create(provider, connectionString), configure);
        services.ChooseOptions(connections);
        services.AddOptions<PostgreSqlConnectionOptions>().ValidateDataAnnotations().ValidateOnStart();
        services.TryAddEnumerable(
            ServiceDescriptor.Singleton<IValidateOptions<PostgreSqlConnectionOptions>, PostgreSqlConnectionOptionsValidator>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, PoolMonitorService>());
        return builder;
    }

    private static PostgreSqlDatabaseProvider Create(IServiceProvider services, string connectionString) => new(
        connectionString,
        services.GetRequiredService<IOptions<PostgreSqlConnectionOptions>>().Value,
        services.GetRequiredService<TimeProvider>(),
        services.GetRequiredService<ILoggerFactory>(),
        services.GetService<IMeterFactory>());
}
