using McpRegistry;
using McpRegistry.Analytics;
using McpRegistry.ApiKeys;
using McpRegistry.Auditing;
using McpRegistry.Health;
using McpRegistry.Servers;
using McpRegistry.Storage;
using McpRegistry.Telemetry;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Keeps the registry in the memory of the process.</summary>
public static class InMemoryStorageBuilderExtensions
{
    /// <summary>
    /// Keeps everything in memory: for tests and for hosts whose servers all come from code or configuration. A restart
    /// forgets what was registered over REST. Replaces any storage chosen before.
    /// </summary>
    /// <param name="builder">The builder.</param>
    /// <returns>The same builder.</returns>
    public static IMcpRegistryBuilder UseInMemory(this IMcpRegistryBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);

        var services = builder.Services;
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<InMemoryDatabase>();
        services.Replace(ServiceDescriptor.Singleton<IServerStore, InMemoryServerStore>());
        services.Replace(ServiceDescriptor.Singleton<IApiKeyStore, InMemoryApiKeyStore>());
        services.TryAddSingleton<RegistryMeter>();
        services.Replace(ServiceDescriptor.Singleton<IAuditStore, InMemoryAuditStore>());
        services.Replace(ServiceDescriptor.Singleton<IRequestLogStore, InMemoryRequestLogStore>());
        services.Replace(ServiceDescriptor.Singleton<IServerMetricStore, InMemoryServerMetricStore>());
        services.Replace(ServiceDescriptor.Singleton<IHealthCheckStore, InMemoryHealthCheckStore>());
        services.Replace(ServiceDescriptor.Singleton<IUsageStore, InMemoryUsageStore>());
        services.Replace(ServiceDescriptor.Singleton<IRevisionStore, InMemoryRevisionStore>());
        services.Replace(ServiceDescriptor.Singleton<IRegistryChangeFeed, InMemoryChangeFeed>());
        services.Replace(ServiceDescriptor.Singleton<IStorageInitializer, InMemoryStorageInitializer>());
        return builder;
    }
}
