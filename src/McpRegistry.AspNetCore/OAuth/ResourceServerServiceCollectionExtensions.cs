using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace McpRegistry.AspNetCore.OAuth;

internal static class ResourceServerServiceCollectionExtensions
{
    /// <summary>What OAuth clients are told.</summary>
    public static IServiceCollection AddResourceServer(this IServiceCollection services)
    {
        services.AddOptions<OAuthOptions>().BindConfiguration(OAuthOptions.SectionName).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<OAuthOptions>, OAuthOptionsValidator>());
        services.TryAddSingleton<ResourceAddress>();
        services.TryAddSingleton<ResourceServer>();
        return services;
    }
}
