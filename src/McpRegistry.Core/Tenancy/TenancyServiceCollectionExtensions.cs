using McpRegistry.Auditing;
using McpRegistry.Hosting;
using McpRegistry.Storage;
using McpRegistry.Users;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace McpRegistry.Tenancy;

internal static class TenancyServiceCollectionExtensions
{
    /// <summary>The tenants in memory, the users of identity providers, and their changes. Needs the stores of tenants, servers and keys from elsewhere.</summary>
    public static IServiceCollection AddTenancy(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<TenantDirectory>();
        services.TryAddSingleton<TenantHoldings>();
        services.TryAddSingleton<ChangeAudit>();
        services.TryAddSingleton<TenantAudit>();
        services.TryAddSingleton<ITenantRegistrar, TenantRegistrar>();
        services.TryAddSingleton<TenantFollower>();

        services.TryAddEnumerable(ServiceDescriptor.Singleton<IChangeHandler, TenantFollower>(static provider => provider.GetRequiredService<TenantFollower>()));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IStartupTask, LoadTenantsTask>());
        services.TryAddSingleton<ExternalUsers>();
        services.TryAddSingleton<UserProvisioner>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IChangeHandler, ExternalUsers>(static provider => provider.GetRequiredService<ExternalUsers>()));
        return services;
    }
}
