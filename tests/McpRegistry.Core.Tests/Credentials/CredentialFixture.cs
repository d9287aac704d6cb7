using McpRegistry.Credentials;
using McpRegistry.Servers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace McpRegistry.Core.Tests.Credentials;

/// <summary>Credentials for connections, without the registry around them.</summary>
internal static class CredentialFixture
{
    private static readonly TestProtector Protector = new();

    /// <summary>Gets what finds none.</summary>
    public static UpstreamCredentials None { get; } = Create(null!, TimeProvider.System);

    public static UpstreamCredentials Create(
        McpRegistry.Credentials.OAuth.MetadataClient metadata, TimeProvider time, CredentialOptions? options = null, Action<IServiceCollection>? services = null)
    {
        var collection = new ServiceCollection();
        services?.Invoke(collection);
        var provider = collection.BuildServiceProvider();
        var settings = Options.Create(options ?? new CredentialOptions());
        var providers = new CredentialProviders(provider.GetServices<CredentialProviderName>(), provider, settings);
        return new UpstreamCredentials(new CredentialVault(Protector), providers, metadata, settings, time, NullLogger<UpstreamCredentials>.Instance);
    }

    /// <summary>Gives a server a credential.</summary>
    public static RegisteredServer With(this RegisteredServer server, ServerCredential credential, CredentialSecrets? secrets = null) => server with
    {
        Credential = secrets is null ? credential : credential with { Sealed = new CredentialVault(Protector).Seal(server.Tenant, server.Id, secrets) },
    };
}
