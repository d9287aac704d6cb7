using McpRegistry.AccessControl;
using McpRegistry.Balancing;
using McpRegistry.Credentials;
using McpRegistry.Discovery;
using McpRegistry.Gateway;
using McpRegistry.Gateway.Active;
using McpRegistry.Gateway.Bridging;
using McpRegistry.Gateway.Caching;
using McpRegistry.Gateway.Resumption;
using McpRegistry.Gateway.Tasks;
using McpRegistry.Hosting;
using McpRegistry.Limits;
using McpRegistry.Resilience;
using McpRegistry.Routing;
using McpRegistry.Sealing;
using McpRegistry.Servers;
using McpRegistry.Snapshots;
using McpRegistry.Storage;
using McpRegistry.Supervision;
using McpRegistry.Tenancy;
using McpRegistry.Upstream;
using McpRegistry.Upstream.Channels;
using McpRegistry.Upstream.Http;
using McpRegistry.Watching;
using McpRegistry.Writers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace McpRegistry;

/// <summary>The services of the engine, in groups.</summary>
internal static class GatewayServiceCollectionExtensions
{
    public static IServiceCollection AddGatewayEngine(this IServiceCollection services)
    {
        services.AddOptions<GatewayOptions>().BindConfiguration(GatewayOptions.SectionName).ValidateDataAnnotations().ValidateOnStart();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<IStateSealer, ProcessKeySealer>();
        services.AddTenancy();
        services.TryAddSingleton<RegistrySnapshots>();
        services.AddAccessControl();
        services.AddOptions<EventBufferOptions>().BindConfiguration(EventBufferOptions.SectionName).ValidateDataAnnotations().ValidateOnStart();
        services.TryAddSingleton<EventInstruments>();
        services.TryAddSingleton<EventBuffer>();
        services.TryAddSingleton<ClientSessions>();
        services.TryAddSingleton<ListFreshness>();
        services.TryAddSingleton<MergedLists>();
        services.TryAddSingleton<GatewaySelf>();
        services.TryAddSingleton<AnsweringServer>();
        services.TryAddSingleton<SuspendedCalls>();
        services.AddOptions<ResponseCacheOptions>().BindConfiguration(ResponseCacheOptions.SectionName).ValidateDataAnnotations().ValidateOnStart();
        services.TryAddSingleton<CacheInstruments>();
        services.TryAddSingleton<ResponseCache>();
        services.TryAddSingleton<CachedAnswers>();
        services.TryAddSingleton<GatewayTasks>();
        services.TryAddSingleton<ActiveCalls>();
        services.TryAddSingleton<ActiveCallDesk>();
        services.AddCallPolicies();
        services.TryAddSingleton<FailedCalls>();
        services.TryAddSingleton<EndpointExchange>();
        services.TryAddSingleton<UpstreamRelay>();
        services.TryAddSingleton<WatchContext>();
        services.TryAddSingleton<StreamQuota>();
        services.TryAddSingleton<StreamChecks>();
        services.TryAddSingleton<CallerStreams>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IChangeHandler, CallerStreams>(static provider => provider.GetRequiredService<CallerStreams>()));
        services.TryAddSingleton<ListenService>();
        services.TryAddSingleton<SessionFeeds>();
        services.TryAddSingleton<GatewayDispatcher>();
        services.AddCallRouting();
        services.AddLimits();
        services.AddWriters();
        return services;
    }

    public static IServiceCollection AddUpstreams(this IServiceCollection services)
    {
        services.AddOptions<UpstreamOptions>().BindConfiguration(UpstreamOptions.SectionName).ValidateDataAnnotations().ValidateOnStart();
        services.TryAddSingleton<UpstreamHttp>();
        services.AddUpstreamCredentials();
        services.TryAddSingleton<HttpConnector>();
        services.TryAddSingleton<ChannelConnector>();
        services.TryAddSingleton<IUpstreamConnector, UpstreamConnector>();
        return services;
    }

    public static IServiceCollection AddSupervision(this IServiceCollection services)
    {
        services.AddWriters();
        services.TryAddSingleton<CapabilityDiscovery>();
        services.AddBalancing();
        services.AddCircuitBreaking();
        services.AddCallPolicies();
        services.AddRouterFacts();
        services.TryAddSingleton<SupervisionContext>();
        services.TryAddSingleton<ServerSupervisor>();
        services.TryAddSingleton<IServerSupervisor>(provider => provider.GetRequiredService<ServerSupervisor>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IChangeHandler, ServerFollower>());
        services.AddAccessFollowing();
        services.AddRoutingFollowing();
        services.TryAddSingleton<RegistryFollower>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IStartupTask, StorageTask>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IStartupTask, LoadRegistryTask>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, RegistryHostService>());
        return services;
    }
}
