using McpRegistry.Hosting;
using McpRegistry.Storage;
using McpRegistry.Telemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace McpRegistry.Limits;

internal static class LimitServiceCollectionExtensions
{
    /// <summary>Rates and quotas. Needs an IQuotaStore and an ITenantStore from elsewhere.</summary>
    public static IServiceCollection AddLimits(this IServiceCollection services)
    {
        services.AddQuotas();
        services.TryAddSingleton<RateLimiter>();
        services.TryAddSingleton<CallLimiter>();
        return services;
    }

    /// <summary>Quotas alone, also in containers without configuration.</summary>
    public static IServiceCollection AddQuotas(this IServiceCollection services)
    {
        if (services.Any(static service => service.ServiceType == typeof(QuotaLimiter)))
        {
            return services;
        }

        services.AddOptions<LimitOptions>().BindIfConfigured(LimitOptions.SectionName).ValidateDataAnnotations().ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<LimitOptions>, LimitOptionsValidator>());
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<RegistryMeter>();
        services.TryAddSingleton<LimitInstruments>();
        services.TryAddSingleton<LimitMemory>();
        services.TryAddSingleton<TenantLimitTable>();
        services.AddSingleton<IStartupTask>(static provider => provider.GetRequiredService<TenantLimitTable>());
        services.AddSingleton<IChangeHandler>(static provider => provider.GetRequiredService<TenantLimitTable>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IChangeHandler, LimitFollower>());
        services.TryAddSingleton<QuotaContext>();
        services.TryAddSingleton<QuotaKeeper>();
        services.TryAddSingleton<QuotaLimiter>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, QuotaService>());
        return services;
    }
}
