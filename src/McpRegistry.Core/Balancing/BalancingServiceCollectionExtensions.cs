using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace McpRegistry.Balancing;

internal static class BalancingServiceCollectionExtensions
{
    /// <summary>What spreads calls over the endpoints of servers.</summary>
    public static IServiceCollection AddBalancing(this IServiceCollection services)
    {
        services.AddOptions<BalancingOptions>().BindConfiguration(BalancingOptions.SectionName).ValidateDataAnnotations().ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<BalancingOptions>, BalancingOptionsValidator>());
        services.TryAddSingleton<LoadBalancingPolicies>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IEndpointGate, HealthGate>());
        services.TryAddSingleton<BalancingContext>();
        return services;
    }
}
