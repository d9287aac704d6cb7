using McpRegistry;
using McpRegistry.AccessControl;
using McpRegistry.Alerts;
using McpRegistry.Analytics;
using McpRegistry.ApiKeys;
using McpRegistry.Auditing;
using McpRegistry.Configuration;
using McpRegistry.Health;
using McpRegistry.Limits;
using McpRegistry.Maintenance;
using McpRegistry.Discovery;
using McpRegistry.Resilience;
using McpRegistry.Routing;
using McpRegistry.Servers;
using McpRegistry.Sessions;
using McpRegistry.Storage;
using McpRegistry.Telemetry;
using McpRegistry.Tenancy;
using McpRegistry.Users;
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
        services.TryAddSingleton<InMemoryApiKeyTable>();
        services.TryAddSingleton<InMemoryServerTable>();
        services.Replace(ServiceDescriptor.Singleton<IServerStore, InMemoryServerStore>());
        services.Replace(ServiceDescriptor.Singleton<IServerSearch, InMemoryServerSearch>());
        services.Replace(ServiceDescriptor.Singleton<IApiKeyStore, InMemoryApiKeyStore>());
        services.TryAddSingleton<RegistryMeter>();
        services.Replace(ServiceDescriptor.Singleton<IAuditStore, InMemoryAuditStore>());
        services.Replace(ServiceDescriptor.Singleton<IAuditSinkStore, InMemoryAuditSinkStore>());
        services.ReplaceShared<IRequestLogStore, InMemoryRequestLogStore>();
        services.Replace(ServiceDescriptor.Singleton<IServerMetricStore, InMemoryServerMetricStore>());
        services.Replace(ServiceDescriptor.Singleton<IHealthCheckStore, InMemoryHealthCheckStore>());
        services.ReplaceShared<IUsageStore, InMemoryUsageStore>();
        services.Replace(ServiceDescriptor.Singleton<IAccessRuleStore, InMemoryAccessRuleStore>());
        services.Replace(ServiceDescriptor.Singleton<IRoutingRuleStore, InMemoryRoutingRuleStore>());
        services.Replace(ServiceDescriptor.Singleton<ICircuitBreakerStore, InMemoryCircuitBreakerStore>());
        services.Replace(ServiceDescriptor.Singleton<IConnectionPoolStore, InMemoryConnectionPoolStore>());
        services.Replace(ServiceDescriptor.Singleton<IRequestQueueStore, InMemoryRequestQueueStore>());
        services.Replace(ServiceDescriptor.Singleton<IPerformanceAlertStore, InMemoryPerformanceAlertStore>());
        services.Replace(ServiceDescriptor.Singleton<IRetentionPolicyStore, InMemoryRetentionPolicyStore>());
        services.Replace(ServiceDescriptor.Singleton<IRetentionTarget, InMemoryRetentionTarget>());
        services.Replace(ServiceDescriptor.Singleton<IMaterializedViewStore, InMemoryMaterializedViewStore>());
        services.Replace(ServiceDescriptor.Singleton<IMaterializedViews, UnsupportedMaterializedViews>());
        services.Replace(ServiceDescriptor.Singleton<IDatabaseUpkeep, UnsupportedUpkeep>());
        services.Replace(ServiceDescriptor.Singleton<ITenantStore, InMemoryTenantStore>());
        services.ReplaceShared<IUserStore, InMemoryUserStore>();
        services.ReplaceShared<IGatewaySessionStore, InMemoryGatewaySessionStore>();
        services.Replace(ServiceDescriptor.Singleton<ISystemConfigStore, InMemorySystemConfigStore>());
        services.Replace(ServiceDescriptor.Singleton<IQuotaStore, InMemoryQuotaStore>());
        services.Replace(ServiceDescriptor.Singleton<IRevisionStore, InMemoryRevisionStore>());
        services.Replace(ServiceDescriptor.Singleton<IRegistryAnalytics, InMemoryAnalytics>());
        services.Replace(ServiceDescriptor.Singleton<IRegistryChangeFeed, InMemoryChangeFeed>());
        services.Replace(ServiceDescriptor.Singleton<IStorageInitializer, InMemoryStorageInitializer>());
        services.Replace(ServiceDescriptor.Singleton<IStorageHealth, InMemoryStorageHealth>());
        return builder;
    }

    /// <summary>Lets the analytics of the process read the very store that the contract gives out.</summary>
    private static void ReplaceShared<TContract, TStore>(this IServiceCollection services)
        where TContract : class
        where TStore : class, TContract
    {
        services.TryAddSingleton<TStore>();
        services.Replace(ServiceDescriptor.Singleton<TContract>(static provider => provider.GetRequiredService<TStore>()));
    }
}
