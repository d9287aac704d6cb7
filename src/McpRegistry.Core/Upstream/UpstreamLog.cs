using Microsoft.Extensions.Logging;
using LogLevel = Microsoft.Extensions.Logging.LogLevel;

namespace McpRegistry.Upstream;

/// <summary>What connecting tells the operator. Event ids 2100 to 2199.</summary>
internal static partial class UpstreamLog
{
    [LoggerMessage(2100, LogLevel.Warning, "The command '{Command}' of server {Alias} could not be started")]
    public static partial void CommandNotStarted(this ILogger logger, string alias, string command);
}
