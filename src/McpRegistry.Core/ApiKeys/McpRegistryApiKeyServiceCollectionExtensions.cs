using McpRegistry;
using McpRegistry.ApiKeys;
using McpRegistry.Limits;
using McpRegistry.Storage;
using McpRegistry.Writers;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds API keys to a host that does not run the gateway.</summary>
public static class McpRegistryApiKeyServiceCollectionExtensions
{
    /// <summary>
    /// Adds <see cref="IApiKeyValidator"/> and <see cref="IApiKeyAuthorizer"/>, to check the keys of a registry in a worker, a console
    /// program or another service, and what they may be used for.
    /// Choose the store of the registry on the returned builder. In a host the store is made ready at the start, and changes
    /// of keys, tenants and users are followed. A container without a host needs <c>AddLogging()</c>; there changes show when
    /// <see cref="ApiKeyOptions.CacheLifetime"/> is over, <see cref="IStorageInitializer"/> makes the store ready, and use that was
    /// counted is written in the end, and what is leased of limits returned, when the container is disposed of asynchronously. Safe to call again, and beside the gateway.
    /// </summary>
    /// <param name="services">The services.</param>
    /// <param name="configure">Sets options in code, after those of the section <c>McpRegistry:ApiKeys</c>, if there is a configuration.</param>
    /// <returns>The builder that the store is chosen on.</returns>
    public static IMcpRegistryBuilder AddMcpRegistryApiKeys(this IServiceCollection services, Action<ApiKeyOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);

        services.AddApiKeyValidation();
        services.AddQuotas();
        services.AddUsageCounting();
        services.TryAddSingleton<RegistryFollower>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, ApiKeyHostService>());
        if (configure is not null)
        {
            services.Configure(configure);
        }

        return new McpRegistryBuilder(services);
    }

    private sealed record McpRegistryBuilder(IServiceCollection Services) : IMcpRegistryBuilder;
}
