using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace McpRegistry.AspNetCore.Tenancy;

internal static class TenantSelectionServiceCollectionExtensions
{
    /// <summary>How requests choose a tenant.</summary>
    public static IServiceCollection AddTenantSelection(this IServiceCollection services)
    {
        services.AddOptions<TenantOptions>().BindConfiguration(TenantOptions.SectionName).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<TenantOptions>, TenantOptionsValidator>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<ITenantResolver, HeaderTenantResolver>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<ITenantResolver, HostTenantResolver>());
        services.TryAddSingleton<TenantSelector>();
        return services;
    }
}
