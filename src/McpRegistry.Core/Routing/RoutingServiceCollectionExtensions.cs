using McpRegistry.AccessControl;
using McpRegistry.Auditing;
using McpRegistry.Hosting;
using McpRegistry.Routing.Explaining;
using McpRegistry.Storage;
using McpRegistry.Telemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace McpRegistry.Routing;

internal static class RoutingServiceCollectionExtensions
{
    /// <summary>The rules and what calls are led by. Needs the store from elsewhere.</summary>
    public static IServiceCollection AddCallRouting(this IServiceCollection services)
    {
        services.AddOptions<RoutingOptions>().BindConfiguration(RoutingOptions.SectionName).ValidateDataAnnotations().ValidateOnStart();
        services.AddAccessControl();
        services.TryAddSingleton<RegistryMeter>();
        services.TryAddSingleton<RoutingInstruments>();
        services.TryAddSingleton<RoutePolicies>();
        services.TryAddSingleton<RoutingRules>();
        services.TryAddSingleton<RouteEngine>();
        services.TryAddSingleton<RoutedStates>();
        services.TryAddSingleton<RouteMirrors>();
        services.TryAddSingleton<CallRouter>();
        services.TryAddSingleton<ChangeAudit>();
        services.TryAddSingleton<RoutingRuleAudit>();
        services.TryAddSingleton<IRoutingRuleRegistrar, RoutingRuleRegistrar>();
        services.TryAddSingleton<RouteExplainer>();
        services.TryAddSingleton<RouteDryRun>();
        return services;
    }

    /// <summary>Keeps the rules in step with the store.</summary>
    public static IServiceCollection AddRoutingFollowing(this IServiceCollection services)
    {
        services.AddCallRouting();
        services.TryAddSingleton<RoutingRuleFollower>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IChangeHandler, RoutingRuleFollower>(static provider => provider.GetRequiredService<RoutingRuleFollower>()));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IStartupTask, LoadRoutingRulesTask>());
        return services;
    }
}
