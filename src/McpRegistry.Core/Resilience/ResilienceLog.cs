using Microsoft.Extensions.Logging;

namespace McpRegistry.Resilience;

/// <summary>Event ids 3100 to 3119.</summary>
internal static partial class ResilienceLog
{
    [LoggerMessage(3100, LogLevel.Warning, "The circuit breaker of endpoint {EndpointId} of server {ServerId} is {State}: {Reason}")]
    public static partial void CircuitChanged(this ILogger logger, Guid endpointId, Guid serverId, CircuitState state, string? reason);
}
