using McpRegistry;
using McpRegistry.Analytics;
using McpRegistry.EntityFrameworkCore.PostgreSql.Analytics;
using McpRegistry.EntityFrameworkCore.PostgreSql.Storage;
using McpRegistry.EntityFrameworkCore.Storage;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

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
    /// <returns>The same builder.</returns>
    public static IMcpRegistryBuilder UsePostgreSql(
        this IMcpRegistryBuilder builder, string connectionString, Action<DatabaseStorageOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrWhiteSpace(connectionString);

        builder.Services.UseDatabase(
            services => new PostgreSqlDatabaseProvider(connectionString, services.GetService<ILoggerFactory>()), configure);
        builder.Services.Replace(ServiceDescriptor.Singleton<IRegistryAnalytics, PostgreSqlAnalytics>());
        return builder;
    }
}
