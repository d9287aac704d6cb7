using McpRegistry.Auditing;
using McpRegistry.Hosting;
using McpRegistry.Snapshots;
using McpRegistry.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace McpRegistry.AccessControl;

internal static class AccessControlServiceCollectionExtensions
{
    /// <summary>The rules, what decides by them, and what changes and explains them. Needs the stores from elsewhere.</summary>
    public static IServiceCollection AddAccessControl(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<RegistrySnapshots>();
        services.TryAddSingleton<AccessRuleUses>();
        services.TryAddSingleton<AccessRules>();
        services.TryAddSingleton<KeyRules>();
        services.TryAddSingleton<AccessGate>();
        services.TryAddSingleton<AccessRuleValidator>();
        services.TryAddSingleton<ChangeAudit>();
        services.TryAddSingleton<AccessRuleAudit>();
        services.TryAddSingleton<IAccessRuleRegistrar, AccessRuleRegistrar>();
        services.TryAddSingleton<AccessExplainer>();
        return services;
    }

    /// <summary>Keeps the rules in step with the store. After the servers: who hears that one is gone is decided by the rules that it had.</summary>
    public static IServiceCollection AddAccessFollowing(this IServiceCollection services)
    {
        services.AddAccessControl();
        services.TryAddSingleton<AccessRuleFollower>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IChangeHandler, AccessRuleFollower>(static provider => provider.GetRequiredService<AccessRuleFollower>()));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IStartupTask, LoadAccessRulesTask>());
        return services;
    }
}
