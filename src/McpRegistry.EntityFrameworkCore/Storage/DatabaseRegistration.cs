using McpRegistry.AccessControl;
using McpRegistry.Alerts;
using McpRegistry.Analytics;
using McpRegistry.ApiKeys;
using McpRegistry.Auditing;
using McpRegistry.Configuration;
using McpRegistry.Discovery;
using McpRegistry.EntityFrameworkCore.AccessControl;
using McpRegistry.EntityFrameworkCore.Alerts;
using McpRegistry.EntityFrameworkCore.Analytics;
using McpRegistry.EntityFrameworkCore.ApiKeys;
using McpRegistry.EntityFrameworkCore.Auditing;
using McpRegistry.EntityFrameworkCore.Configuration;
using McpRegistry.EntityFrameworkCore.Health;
using McpRegistry.EntityFrameworkCore.Discovery;
using McpRegistry.EntityFrameworkCore.Limits;
using McpRegistry.EntityFrameworkCore.Maintenance;
using McpRegistry.EntityFrameworkCore.Resilience;
using McpRegistry.EntityFrameworkCore.Routing;
using McpRegistry.EntityFrameworkCore.Servers;
using McpRegistry.EntityFrameworkCore.Sessions;
using McpRegistry.EntityFrameworkCore.Tenancy;
using McpRegistry.EntityFrameworkCore.Users;
using McpRegistry.Health;
using McpRegistry.Limits;
using McpRegistry.Maintenance;
using McpRegistry.Resilience;
using McpRegistry.Routing;
using McpRegistry.Servers;
using McpRegistry.Sessions;
using McpRegistry.Storage;
using McpRegistry.Tenancy;
using McpRegistry.Users;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace McpRegistry.EntityFrameworkCore.Storage;

/// <summary>What every provider registers.</summary>
internal static class DatabaseRegistration
{
    /// <summary>Makes a database the store of the registry. The last call wins, whatever was chosen before.</summary>
    public static void UseDatabase(
        this IServiceCollection services, Func<IServiceProvider, IDatabaseProvider> provider, Action<DatabaseStorageOptions>? configure)
    {
        RemoveEarlierChoice(services);
        services.ChooseOptions(configure);
        services.AddOptions<DatabaseStorageOptions>().ValidateDataAnnotations().ValidateOnStart();
        services.AddLogging();
        services.TryAddSingleton(TimeProvider.System);
        services.Replace(ServiceDescriptor.Singleton(provider));
        services.TryAddSingleton<ChangePruner>();
        services.TryAddSingleton<RegistryDatabase>();
        services.TryAddSingleton<SchemaCheck>();
        services.Replace(ServiceDescriptor.Singleton<IServerStore, EntityFrameworkServerStore>());
        services.Replace(ServiceDescriptor.Singleton<IServerSearch, EntityFrameworkServerSearch>());
        services.Replace(ServiceDescriptor.Singleton<IApiKeyStore, EntityFrameworkApiKeyStore>());
        services.TryAddSingleton<RowAppender>();
        services.TryAddSingleton<AuditAppender>();
        services.Replace(ServiceDescriptor.Singleton<IAuditStore, EntityFrameworkAuditStore>());
        services.Replace(ServiceDescriptor.Singleton<IAuditSinkStore, EntityFrameworkAuditSinkStore>());
        services.Replace(ServiceDescriptor.Singleton<IRequestLogStore, EntityFrameworkRequestLogStore>());
        services.Replace(ServiceDescriptor.Singleton<IServerMetricStore, EntityFrameworkServerMetricStore>());
        services.Replace(ServiceDescriptor.Singleton<IHealthCheckStore, EntityFrameworkHealthCheckStore>());
        services.Replace(ServiceDescriptor.Singleton<IUsageStore, EntityFrameworkUsageStore>());
        services.Replace(ServiceDescriptor.Singleton<IAccessRuleStore, EntityFrameworkAccessRuleStore>());
        services.Replace(ServiceDescriptor.Singleton<IRoutingRuleStore, EntityFrameworkRoutingRuleStore>());
        services.Replace(ServiceDescriptor.Singleton<ICircuitBreakerStore, EntityFrameworkCircuitBreakerStore>());
        services.Replace(ServiceDescriptor.Singleton<IConnectionPoolStore, EntityFrameworkConnectionPoolStore>());
        services.Replace(ServiceDescriptor.Singleton<IRequestQueueStore, EntityFrameworkRequestQueueStore>());
        services.Replace(ServiceDescriptor.Singleton<IPerformanceAlertStore, EntityFrameworkPerformanceAlertStore>());
        services.Replace(ServiceDescriptor.Singleton<IRetentionPolicyStore, EntityFrameworkRetentionPolicyStore>());
        services.Replace(ServiceDescriptor.Singleton<IRetentionTarget, DatabaseRetentionTarget>());
        services.Replace(ServiceDescriptor.Singleton<IMaterializedViewStore, EntityFrameworkMaterializedViewStore>());
        services.Replace(ServiceDescriptor.Singleton<IMaterializedViews, DatabaseMaterializedViews>());
        services.Replace(ServiceDescriptor.Singleton<IDatabaseUpkeep, DatabaseUpkeep>());
        services.Replace(ServiceDescriptor.Singleton<ITenantStore, EntityFrameworkTenantStore>());
        services.Replace(ServiceDescriptor.Singleton<IUserStore, EntityFrameworkUserStore>());
        services.Replace(ServiceDescriptor.Singleton<IGatewaySessionStore, EntityFrameworkGatewaySessionStore>());
        services.Replace(ServiceDescriptor.Singleton<ISystemConfigStore, EntityFrameworkSystemConfigStore>());
        services.Replace(ServiceDescriptor.Singleton<IQuotaStore, EntityFrameworkQuotaStore>());
        services.Replace(ServiceDescriptor.Singleton<IRevisionStore, EntityFrameworkRevisionStore>());
        services.Replace(ServiceDescriptor.Singleton<IRegistryChangeFeed, DatabaseChangeFeed>());
        services.Replace(ServiceDescriptor.Singleton<IStorageInitializer, StorageMigrator>());
        services.Replace(ServiceDescriptor.Singleton<IStorageHealth, DatabaseHealth>());
    }

    /// <summary>Adds options that belong to the chosen provider, and go when another one is chosen.</summary>
    public static void ChooseOptions<TOptions>(this IServiceCollection services, Action<TOptions>? configure)
        where TOptions : class
    {
        if (configure is not null)
        {
            services.AddSingleton<IConfigureOptions<TOptions>>(new ChosenOptions<TOptions>(configure));
        }
    }

    private static void RemoveEarlierChoice(IServiceCollection services)
    {
        for (var i = services.Count - 1; i >= 0; i--)
        {
            if (!services[i].IsKeyedService && services[i].ImplementationInstance is IChosen)
            {
                services.RemoveAt(i);
            }
        }
    }

    private interface IChosen;

    /// <summary>The options of the chosen provider, told apart from those that the host sets itself.</summary>
    private sealed class ChosenOptions<TOptions>(Action<TOptions> configure) : IConfigureOptions<TOptions>, IChosen
        where TOptions : class
    {
        public void Configure(TOptions options) => configure(options);
    }
}
