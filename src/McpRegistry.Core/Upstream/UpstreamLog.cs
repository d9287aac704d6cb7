using Microsoft.Extensions.Logging;
using LogLevel = Microsoft.Extensions.Logging.LogLevel;

namespace McpRegistry.Upstream;

/// <summary>What connecting tells the operator. Event ids 2100 to 2199.</summary>
internal static partial class UpstreamLog
{
    [LoggerMessage(2100, LogLevel.Warning, "The command '{Command}' of server {Alias} could not be started")]
    public static partial void CommandNotStarted(this ILogger logger, string alias, string command);

    [LoggerMessage(2101, LogLevel.Warning, "The WebSocket of server {Alias} was closed: {Reason}")]
    public static partial void WebSocketClosed(this ILogger logger, string alias, string reason);

    [LoggerMessage(2102, LogLevel.Warning, "Server {Alias} sends text over its WebSocket that is no JSON-RPC message; it is ignored")]
    public static partial void WebSocketMessageIgnored(this ILogger logger, string alias);

    [LoggerMessage(2103, LogLevel.Warning, "Server {Alias} sends something on an event stream that is no JSON-RPC message; it is ignored")]
    public static partial void EventIgnored(this ILogger logger, string alias);

    [LoggerMessage(2104, LogLevel.Warning, "Server {Alias} writes a line that is no JSON-RPC message; it is ignored")]
    public static partial void LineIgnored(this ILogger logger, string alias);

    [LoggerMessage(2105, LogLevel.Information, "Server {Alias} writes to its error output: {Line}")]
    public static partial void ProcessSaid(this ILogger logger, string alias, string line);

    [LoggerMessage(2106, LogLevel.Warning, "The process of server {Alias} could not be ended")]
    public static partial void ProcessNotEnded(this ILogger logger, string alias, Exception exception);
}
