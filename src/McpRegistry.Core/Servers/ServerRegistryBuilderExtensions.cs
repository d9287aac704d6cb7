using McpRegistry;
using McpRegistry.Servers;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Declares MCP servers in the code of the host.</summary>
public static class ServerRegistryBuilderExtensions
{
    /// <summary>
    /// Declares a server that every tenant sees. It is stored at start-up, updated in place when the declaration changes and
    /// removed when the declaration goes; it cannot be changed over REST.
    /// </summary>
    /// <param name="builder">The builder that <c>AddMcpGateway()</c> returned.</param>
    /// <param name="serverAlias">The alias, <c>[a-z0-9][a-z0-9-]{0,31}</c>; also the name unless the definition sets one.</param>
    /// <param name="configure">Fills the definition. A faulty definition stops the host's start with every fault listed.</param>
    /// <returns>The same builder.</returns>
    public static IMcpRegistryBuilder AddServer(
        this IMcpRegistryBuilder builder, string serverAlias, Action<ServerDefinition> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(serverAlias);
        ArgumentNullException.ThrowIfNull(configure);
        builder.Services.AddServerRegistry();
        builder.Services.AddSingleton(new DeclaredServer(serverAlias, ServerOrigin.Code, configure));
        return builder;
    }
}
