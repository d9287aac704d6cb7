using Microsoft.Extensions.Logging;

namespace McpRegistry.Storage;

/// <summary>Event ids 9030 to 9039.</summary>
internal static partial class FollowerLog
{
    [LoggerMessage(9030, LogLevel.Information, "Following the store from revision {Revision}")]
    public static partial void Following(this ILogger logger, long revision);

    [LoggerMessage(9031, LogLevel.Warning, "The changes of other replicas cannot be read; this replica serves revision {Revision} and tries again in {Delay}")]
    public static partial void Interrupted(this ILogger logger, Exception exception, long revision, TimeSpan delay);

    [LoggerMessage(9032, LogLevel.Warning, "Changes up to revision {Revision} are no longer kept; everything is loaded anew")]
    public static partial void Reloading(this ILogger logger, long revision);

    [LoggerMessage(9033, LogLevel.Error, "The change {Kind} {Id} (revision {Revision}) failed {Attempts} times and is left out; this replica may serve its old state until the next change or restart")]
    public static partial void LeftOut(this ILogger logger, Exception exception, RegistryChangeKind kind, Guid id, long revision, int attempts);
}
