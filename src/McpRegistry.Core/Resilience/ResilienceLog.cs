using Microsoft.Extensions.Logging;

namespace McpRegistry.Resilience;

/// <summary>Event ids 3100 to 3119.</summary>
internal static partial class ResilienceLog
{
    [LoggerMessage(3100, LogLevel.Warning, "The circuit breaker of endpoint {EndpointId} of server {ServerId} is {State}: {Reason}")]
    public static partial void CircuitChanged(this ILogger logger, Guid endpointId, Guid serverId, CircuitState state, string? reason);

    [LoggerMessage(3101, LogLevel.Warning, "What this replica sees of its servers could not be written; the next round tries again")]
    public static partial void FactsNotWritten(this ILogger logger, Exception exception);

    [LoggerMessage(3102, LogLevel.Warning, "Writing what this replica sees of its servers did not end within {Limit} and is left behind")]
    public static partial void FactsStopTimedOut(this ILogger logger, TimeSpan limit);
}
