using McpRegistry.Auditing;
using McpRegistry.Hosting;
using McpRegistry.Servers;
using McpRegistry.Tenancy;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace McpRegistry.Seeding;

internal static class SeedServiceCollectionExtensions
{
    /// <summary>Demo data, off unless it is switched on. Needs the stores from elsewhere, and only then.</summary>
    public static IServiceCollection AddSeedData(this IServiceCollection services)
    {
        services.AddOptions<SeedOptions>().BindConfiguration(SeedOptions.SectionName).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<SeedOptions>, SeedOptionsValidator>());
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<ChangeAudit>();
        services.TryAddSingleton<TenantAudit>();
        services.TryAddSingleton<ServerAudit>();
        services.TryAddSingleton<DemoData>();
        services.TryAddSingleton<DemoConfiguration>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IStartupTask, SeedDataTask>());
        return services;
    }
}
