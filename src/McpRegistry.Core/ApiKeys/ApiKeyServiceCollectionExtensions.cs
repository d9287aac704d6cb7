using McpRegistry.Hosting;
using McpRegistry.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace McpRegistry.ApiKeys;

internal static class ApiKeyServiceCollectionExtensions
{
    /// <summary>Making and checking keys, and the first key. Needs an IApiKeyStore from elsewhere.</summary>
    public static IServiceCollection AddApiKeys(this IServiceCollection services)
    {
        if (services.Any(static service => service.ServiceType == typeof(ApiKeyHasher)))
        {
            return services;
        }

        services.AddOptions<ApiKeyOptions>().BindConfiguration(ApiKeyOptions.SectionName).ValidateOnStart();
        services.AddOptions<BootstrapOptions>().BindConfiguration(BootstrapOptions.SectionName).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<ApiKeyOptions>, ApiKeyOptionsValidator>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<BootstrapOptions>, BootstrapOptionsValidator>());
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<ApiKeyHasher>();
        services.TryAddSingleton<ApiKeyComposer>();
        services.TryAddSingleton<ApiKeyCache>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IChangeHandler, ApiKeyFollower>());
        services.TryAddSingleton<IApiKeyValidator, ApiKeyValidator>();
        services.TryAddSingleton<IAdminKeyAnnouncer, ConsoleAdminKeyAnnouncer>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IStartupTask, BootstrapKeyTask>());
        return services;
    }
}
