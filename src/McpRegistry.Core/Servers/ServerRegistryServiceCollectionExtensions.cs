using McpRegistry.Auditing;
using McpRegistry.Credentials;
using McpRegistry.Hosting;
using McpRegistry.Servers.Validation;
using McpRegistry.Upstream;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace McpRegistry.Servers;

internal static class ServerRegistryServiceCollectionExtensions
{
    /// <summary>Registration, validation and declared servers. Needs an IServerStore and an IServerSupervisor from elsewhere.</summary>
    public static IServiceCollection AddServerRegistry(this IServiceCollection services)
    {
        if (services.Any(static service => service.ServiceType == typeof(ServerDefinitionValidator)))
        {
            return services;
        }

        services.AddOutboundPolicy();
        services.AddOptions<StdioOptions>().BindConfiguration(StdioOptions.SectionName).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<StdioOptions>, StdioOptionsValidator>());
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<CommandPolicy>();
        services.TryAddSingleton<UrlCheck>();
        AddRules(services);
        services.AddCredentials();
        services.TryAddSingleton<ServerDefinitionValidator>();
        services.TryAddSingleton<ServerComposer>();
        services.TryAddSingleton<ChangeAudit>();
        services.TryAddSingleton<ServerAudit>();
        services.TryAddSingleton<IServerRegistrar, ServerRegistrar>();
        services.TryAddSingleton(static provider => new ConfiguredServers(provider.GetService<IConfiguration>()));
        services.TryAddSingleton<DeclaredServerReader>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IStartupTask, DeclaredServersTask>());
        return services;
    }

    /// <summary>The order is the order in which a user reads the faults.</summary>
    private static void AddRules(IServiceCollection services) => services.TryAddEnumerable(
        [
            ServiceDescriptor.Singleton<IServerRule, NameRule>(),
            ServiceDescriptor.Singleton<IServerRule, AliasRule>(),
            ServiceDescriptor.Singleton<IServerRule, LabelRule>(),
            ServiceDescriptor.Singleton<IServerRule, EndpointSetRule>(),
            ServiceDescriptor.Singleton<IServerRule, TransportRule>(),
            ServiceDescriptor.Singleton<IServerRule, UrlRule>(),
            ServiceDescriptor.Singleton<IServerRule, ProcessRule>(),
            ServiceDescriptor.Singleton<IServerRule, CommandAllowedRule>(),
        ]);
}
