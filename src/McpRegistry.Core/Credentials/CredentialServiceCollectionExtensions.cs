using McpRegistry.Credentials.OAuth;
using McpRegistry.Servers.Validation;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace McpRegistry.Credentials;

internal static class CredentialServiceCollectionExtensions
{
    /// <summary>What keeps credentials; secrets need an <see cref="ISecretProtector"/> from elsewhere.</summary>
    public static IServiceCollection AddCredentials(this IServiceCollection services)
    {
        services.AddOptions<CredentialOptions>().BindConfiguration(CredentialOptions.SectionName).ValidateDataAnnotations().ValidateOnStart();
        services.TryAddSingleton(static provider => new CredentialVault(provider.GetService<ISecretProtector>()));
        services.TryAddSingleton<CredentialProviders>();
        services.TryAddSingleton<CredentialMask>();
        services.TryAddSingleton<CredentialComposer>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IServerRule, CredentialRule>());
        return services;
    }

    /// <summary>What shows them to servers.</summary>
    public static IServiceCollection AddUpstreamCredentials(this IServiceCollection services)
    {
        services.AddCredentials();
        services.TryAddSingleton<MetadataClient>();
        services.TryAddSingleton<UpstreamCredentials>();
        return services;
    }
}
