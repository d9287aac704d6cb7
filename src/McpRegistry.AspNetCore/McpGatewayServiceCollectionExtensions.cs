using McpRegistry;
using McpRegistry.AspNetCore;
using McpRegistry.AspNetCore.Credentials;
using McpRegistry.AspNetCore.Gateway;
using McpRegistry.AspNetCore.Sealing;
using McpRegistry.Credentials;
using McpRegistry.Gateway;
using McpRegistry.Maintenance;
using McpRegistry.Sealing;
using McpRegistry.Servers;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds the MCP registry and gateway to a host.</summary>
public static class McpGatewayServiceCollectionExtensions
{
    /// <summary>
    /// Adds the registry and the gateway. Choose a store on the returned builder (<c>UseSqlite</c>, <c>UsePostgreSql</c> or
    /// <c>UseInMemory</c>) and call <c>MapMcpGateway()</c> on the application. Safe to call again.
    /// </summary>
    /// <param name="services">The services of the host.</param>
    /// <param name="configure">Sets options in code, after those of the section <c>McpRegistry:Gateway</c>.</param>
    /// <returns>The builder that stores, servers and policies are added to.</returns>
    public static IMcpRegistryBuilder AddMcpGateway(this IServiceCollection services, Action<GatewayOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);

        // Changes nothing of the host's own key ring, wherever in its code that is configured.
        services.AddDataProtection();
        services.TryAddSingleton<IStateSealer, DataProtectionSealer>();
        services.TryAddSingleton<ISecretProtector, DataProtectionSecrets>();
        services.AddGatewayEngine();
        services.AddServerRegistry();
        services.AddUpstreams();
        services.AddSupervision();
        services.AddGatewayAccess();
        services.AddHousekeeping();
        services.TryAddSingleton<ModernHandler>();
        services.TryAddSingleton<ResumableStreams>();
        services.TryAddSingleton<LegacyHandler>();
        services.TryAddSingleton<BatchHandler>();
        services.TryAddSingleton<McpEndpoint>();
        if (configure is not null)
        {
            services.Configure(configure);
        }

        return new McpRegistryBuilder(services);
    }

    private sealed record McpRegistryBuilder(IServiceCollection Services) : IMcpRegistryBuilder;
}
