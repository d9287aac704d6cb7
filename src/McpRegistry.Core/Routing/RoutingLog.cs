using Microsoft.Extensions.Logging;

namespace McpRegistry.Routing;

/// <summary>Event ids 3000 to 3019.</summary>
internal static partial class RoutingLog
{
    [LoggerMessage(3000, LogLevel.Error, "Routing rule {Name} ({RuleId}) cannot be read at {Path} ({Code}) and is left out.")]
    public static partial void UnreadableRule(this ILogger logger, Guid ruleId, string name, string path, string code);

    [LoggerMessage(3001, LogLevel.Warning, "Copies of calls do not reach server {Alias}: {Reason}. Further failures are only counted.")]
    public static partial void MirrorFails(this ILogger logger, string alias, string reason);

    [LoggerMessage(3002, LogLevel.Information, "Copies of calls reach server {Alias} again.")]
    public static partial void MirrorWorks(this ILogger logger, string alias);

    [LoggerMessage(3003, LogLevel.Debug, "A copy of {Method} went to server {Alias}: {Outcome}.")]
    public static partial void Mirrored(this ILogger logger, string method, string alias, string outcome);
}
