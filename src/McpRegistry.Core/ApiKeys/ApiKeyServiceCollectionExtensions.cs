using McpRegistry.AccessControl;
using McpRegistry.Auditing;
using McpRegistry.Hosting;
using McpRegistry.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace McpRegistry.ApiKeys;

internal static class ApiKeyServiceCollectionExtensions
{
    /// <summary>Making and checking keys, and the first key. Needs the stores of keys, tenants and users from elsewhere.</summary>
    public static IServiceCollection AddApiKeys(this IServiceCollection services)
    {
        services.AddApiKeyValidation();
        services.AddOptions<BootstrapOptions>().BindConfiguration(BootstrapOptions.SectionName).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<BootstrapOptions>, BootstrapOptionsValidator>());
        services.TryAddSingleton<IAdminKeyAnnouncer, ConsoleAdminKeyAnnouncer>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IStartupTask, BootstrapKeyTask>());
        return services;
    }

    /// <summary>The same without the first key, and in containers without configuration. Authorizing needs quotas and the count of use from elsewhere.</summary>
    public static IServiceCollection AddApiKeyValidation(this IServiceCollection services)
    {
        if (services.Any(static service => service.ServiceType == typeof(ApiKeyHasher)))
        {
            return services;
        }

        services.AddOptions<ApiKeyOptions>().BindIfConfigured(ApiKeyOptions.SectionName).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<ApiKeyOptions>, ApiKeyOptionsValidator>());
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<ApiKeyHasher>();
        services.TryAddSingleton<ApiKeyComposer>();
        services.TryAddSingleton<ApiKeyCache>();
        services.TryAddSingleton<UnknownKeys>();
        services.TryAddSingleton<KnownLookupIds>();
        services.TryAddSingleton<GuessThrottle>();
        services.TryAddSingleton<ApiKeyAttemptRecorder>();
        services.TryAddSingleton<LookupLimit>();
        services.TryAddSingleton<ApiKeyLoader>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IChangeHandler, ApiKeyFollower>());
        services.TryAddSingleton<ApiKeyDefinitionValidator>();
        services.TryAddSingleton<ApiKeyQuota>();
        services.TryAddSingleton<ApiKeyWriter>();
        services.TryAddSingleton<AccessRuleAudit>();
        services.TryAddSingleton<ApiKeyRotator>();
        services.TryAddSingleton<IApiKeyRegistrar, ApiKeyRegistrar>();
        services.TryAddSingleton<IApiKeyValidator, ApiKeyValidator>();
        services.TryAddSingleton<IApiKeyAuthorizer, ApiKeyAuthorizer>();
        services.TryAddSingleton<ChangeAudit>();
        services.TryAddSingleton<ApiKeyAudit>();
        return services;
    }
}
