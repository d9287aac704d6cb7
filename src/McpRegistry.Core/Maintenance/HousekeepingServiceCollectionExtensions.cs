using McpRegistry.Resilience;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace McpRegistry.Maintenance;

internal static class HousekeepingServiceCollectionExtensions
{
    /// <summary>Adds what runs housekeeping on demand and by itself; what it works on comes with the store.</summary>
    public static IServiceCollection AddHousekeeping(this IServiceCollection services)
    {
        services.AddOptions<HousekeepingOptions>().BindConfiguration(HousekeepingOptions.SectionName).ValidateDataAnnotations().ValidateOnStart();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<IDataRetention, DataRetention>();
        services.TryAddSingleton<HousekeepingDefaults>();
        services.AddGoneReplicas();
        services.TryAddSingleton<DueWork>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, Housekeeper>());
        return services;
    }
}
