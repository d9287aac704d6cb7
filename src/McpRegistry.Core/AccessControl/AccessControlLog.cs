using Microsoft.Extensions.Logging;

namespace McpRegistry.AccessControl;

/// <summary>Event ids 9210 to 9219.</summary>
internal static partial class AccessControlLog
{
    [LoggerMessage(9210, LogLevel.Warning, "The accesses that rules allowed could not be recorded; they are counted on and recorded later.")]
    public static partial void UsesNotRecorded(this ILogger logger, Exception exception);

    [LoggerMessage(9211, LogLevel.Warning, "The time zone {TimeZone} of access rule {RuleId} is not known on this machine, so the rule grants nothing here.")]
    public static partial void UnknownTimeZone(this ILogger logger, Guid ruleId, string? timeZone);
}
