using McpRegistry.Auditing;
using McpRegistry.Balancing;
using McpRegistry.Hosting;
using McpRegistry.Storage;
using McpRegistry.Telemetry;
using McpRegistry.Writers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace McpRegistry.Resilience;

internal static class ResilienceServiceCollectionExtensions
{
    /// <summary>The breakers of endpoints, and what operators do with them.</summary>
    public static IServiceCollection AddCircuitBreakers(this IServiceCollection services)
    {
        services.AddOptions<CircuitBreakerOptions>().BindConfiguration(CircuitBreakerOptions.SectionName).ValidateDataAnnotations().ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<CircuitBreakerOptions>, CircuitBreakerOptionsValidator>());
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<RegistryMeter>();
        services.TryAddSingleton<WriterInstruments>();
        services.TryAddSingleton<CircuitStateWriter>();
        services.TryAddSingleton<CircuitBreakers>();
        services.TryAddSingleton<ChangeAudit>();
        services.TryAddSingleton<CircuitBreakerDesk>();
        return services;
    }

    /// <summary>How long calls may take, and which are sent again.</summary>
    public static IServiceCollection AddCallPolicies(this IServiceCollection services)
    {
        services.AddOptions<ResilienceOptions>().BindConfiguration(ResilienceOptions.SectionName).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<ResilienceOptions>, ResilienceOptionsValidator>());
        services.AddOptions<RetryOptions>().BindConfiguration(RetryOptions.SectionName).ValidateDataAnnotations().ValidateOnStart();
        services.AddOptions<HedgingOptions>().BindConfiguration(HedgingOptions.SectionName).ValidateDataAnnotations().ValidateOnStart();
        services.AddOptions<QueueOptions>().BindConfiguration(QueueOptions.SectionName).ValidateDataAnnotations().ValidateOnStart();
        services.TryAddSingleton(static provider => new ServerBounds
        {
            Retry = provider.GetRequiredService<IOptions<RetryOptions>>().Value,
            Queue = provider.GetRequiredService<IOptions<QueueOptions>>().Value,
            Options = provider.GetRequiredService<IOptions<ResilienceOptions>>().Value,
        });
        services.TryAddSingleton<CallPriorities>();
        services.TryAddSingleton<CallPolicies>();
        services.TryAddSingleton<RetryPolicy>();
        services.TryAddSingleton<HedgePolicy>();
        return services;
    }

    /// <summary>Keeps calls from endpoints whose breaker is open, and breakers in step with the store.</summary>
    public static IServiceCollection AddCircuitBreaking(this IServiceCollection services)
    {
        services.AddCircuitBreakers();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IEndpointGate, BreakerGate>());
        services.TryAddSingleton<CircuitBreakerFollower>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IChangeHandler, CircuitBreakerFollower>(static provider => provider.GetRequiredService<CircuitBreakerFollower>()));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IStartupTask, LoadCircuitBreakersTask>());
        return services;
    }

    /// <summary>Tells the other replicas what this one sees of its servers.</summary>
    public static IServiceCollection AddRouterFacts(this IServiceCollection services)
    {
        services.AddGoneReplicas();
        services.AddCallPolicies();
        services.TryAddSingleton<ReplicaName>();
        services.TryAddSingleton<RouterFacts>();
        services.TryAddSingleton<ChangedFacts>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, RouterFactsWriter>());
        return services;
    }

    /// <summary>Forgets what replicas told that are gone.</summary>
    public static IServiceCollection AddGoneReplicas(this IServiceCollection services)
    {
        services.AddOptions<RouterFactsOptions>().BindConfiguration(RouterFactsOptions.SectionName).ValidateDataAnnotations().ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<RouterFactsOptions>, RouterFactsOptionsValidator>());
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<GoneReplicas>();
        return services;
    }
}
