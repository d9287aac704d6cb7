using McpRegistry.AccessControl;
using McpRegistry.Analytics;
using McpRegistry.Auditing;
using McpRegistry.Hosting;
using McpRegistry.Resilience;
using McpRegistry.Telemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace McpRegistry.Writers;

internal static class WriterServiceCollectionExtensions
{
    /// <summary>Adds the writers of the request log, of use and metrics and of the audit trail. A host without their stores has them off.</summary>
    public static IServiceCollection AddWriters(this IServiceCollection services)
    {
        services.AddUsageCounting();
        services.AddOptions<RequestLogOptions>().BindConfiguration(RequestLogOptions.SectionName).ValidateDataAnnotations().ValidateOnStart();
        services.AddOptions<AuditOptions>().BindConfiguration(AuditOptions.SectionName).ValidateDataAnnotations().ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<AuditOptions>, AuditOptionsValidator>());
        services.TryAddSingleton<RequestLogWriter>();
        services.TryAddSingleton<IAuditTrail, AuditTrail>();
        services.TryAddSingleton<AuditWriter>();
        services.TryAddSingleton<CallAuditWriter>();
        services.TryAddSingleton<RefusalBounds>();
        services.TryAddSingleton<IAuditWriter>(provider => provider.GetRequiredService<AuditWriter>());
        services.TryAddSingleton<AccessRuleUses>();
        services.TryAddSingleton<CallRecorder>();
        services.TryAddSingleton<CircuitStateWriter>();
        services.TryAddSingleton<BackgroundWriters>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IStartupTask, StartWritersTask>());
        return services;
    }

    /// <summary>The count of use alone, also in containers without configuration. Who has it without the writers starts and stops it.</summary>
    public static IServiceCollection AddUsageCounting(this IServiceCollection services)
    {
        services.AddOptions<WriterOptions>().BindIfConfigured(WriterOptions.SectionName).ValidateDataAnnotations().ValidateOnStart();
        services.AddOptions<UsageOptions>().BindIfConfigured(UsageOptions.SectionName).ValidateDataAnnotations().ValidateOnStart();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<RegistryMeter>();
        services.TryAddSingleton<WriterInstruments>();
        services.TryAddSingleton<UsageCounter>();
        return services;
    }
}
