using McpRegistry;
using McpRegistry.Credentials;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds the host's own ways to get credentials for servers.</summary>
public static class CredentialBuilderExtensions
{
    /// <summary>
    /// Registers a provider of credentials under a name that servers of configuration and code can use. Servers that are registered
    /// over REST can when <c>McpRegistry:Credentials:AllowedProviders</c> lists the name.
    /// </summary>
    /// <typeparam name="T">The provider, made once.</typeparam>
    /// <param name="builder">The builder that <c>AddMcpGateway()</c> returned.</param>
    /// <param name="name">The name, compared exactly.</param>
    /// <returns>The same builder.</returns>
    public static IMcpRegistryBuilder AddUpstreamCredentialProvider<T>(this IMcpRegistryBuilder builder, string name)
        where T : class, IUpstreamCredentialProvider
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(name);
        builder.Services.AddKeyedSingleton<IUpstreamCredentialProvider, T>(name);
        builder.Services.AddSingleton(new CredentialProviderName(name));
        return builder;
    }
}
