using McpRegistry.Tenancy;
using Microsoft.Extensions.Logging;

namespace McpRegistry.Auditing;

/// <summary>Event ids 9220 to 9229.</summary>
internal static partial class AuditLog
{
    [LoggerMessage(9220, LogLevel.Warning, "The audit sink {Sink} did not take {Number} rows of {Tenant}; they are tried again in {Delay}")]
    public static partial void SinkFailed(this ILogger logger, Exception exception, string sink, int number, TenantId tenant, TimeSpan delay);

    [LoggerMessage(9221, LogLevel.Information, "The audit sink {Sink} takes rows of {Tenant} again")]
    public static partial void SinkRecovered(this ILogger logger, string sink, TenantId tenant);

    [LoggerMessage(9222, LogLevel.Warning, "The audit sink {Sink} could not be served, because the store failed; it is asked again in {Delay}")]
    public static partial void SinkStoreFailed(this ILogger logger, Exception exception, string sink, TimeSpan delay);

    [LoggerMessage(9223, LogLevel.Warning, "The audit sink {Sink} took so long with rows of {Tenant} that another host began with them, too")]
    public static partial void SinkOvertaken(this ILogger logger, string sink, TenantId tenant);

    [LoggerMessage(9225, LogLevel.Warning, "The audit trail had no room for a request within {Wait}, since the store does not keep up")]
    public static partial void NoRoom(this ILogger logger, TimeSpan wait);

    [LoggerMessage(9224, LogLevel.Error, "The audit sink {Sink} goes on with rows of {Tenant} although it was told to stop; it gets nothing more from this host until it has ended")]
    public static partial void SinkDeaf(this ILogger logger, string sink, TenantId tenant);
}
