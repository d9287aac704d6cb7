using McpRegistry.Servers;
using Microsoft.Extensions.Logging;
using LogLevel = Microsoft.Extensions.Logging.LogLevel;

namespace McpRegistry.Supervision;

/// <summary>What supervision tells the operator. Event ids 2000 to 2099.</summary>
internal static partial class Log
{
    [LoggerMessage(2000, LogLevel.Information, "Server {Alias} is connected (endpoint {EndpointId})")]
    public static partial void Connected(this ILogger logger, string alias, Guid endpointId);

    [LoggerMessage(2001, LogLevel.Warning, "Server {Alias} is not available (endpoint {EndpointId}, {Reason}): {Message}")]
    public static partial void Disconnected(this ILogger logger, string alias, Guid endpointId, string reason, string message);

    [LoggerMessage(2002, LogLevel.Information, "Server {Alias} is {Health}: {Added} items added, {Changed} changed, {Removed} removed in {Milliseconds:0} ms")]
    public static partial void Discovered(this ILogger logger, string alias, ServerHealth health, int added, int changed, int removed, double milliseconds);

    [LoggerMessage(2003, LogLevel.Error, "The discovery report of server {Alias} could not be stored; the catalogue in memory is current")]
    public static partial void ReportNotStored(this ILogger logger, string alias, Exception exception);

    [LoggerMessage(2004, LogLevel.Error, "Closing server {Alias} failed")]
    public static partial void CloseFailed(this ILogger logger, string alias, Exception exception);

    [LoggerMessage(2005, LogLevel.Error, "Reading the catalogue of server {Alias} failed")]
    public static partial void DiscoveryFailed(this ILogger logger, string alias, Exception exception);

    [LoggerMessage(2006, LogLevel.Warning, "The catalogue of server {Alias} is incomplete ({Reason}): {Message}")]
    public static partial void IncompleteCatalogue(this ILogger logger, string alias, string reason, string message);
}
