using Microsoft.Extensions.Logging;
using LogLevel = Microsoft.Extensions.Logging.LogLevel;

namespace McpRegistry.Watching;

/// <summary>What the streams of clients tell the operator. Event ids 2300 to 2309.</summary>
internal static partial class StreamLog
{
    [LoggerMessage(2300, LogLevel.Warning, "A stream was not opened, because the key of its caller could not be read from the store; the client is told to try again")]
    public static partial void StreamNotOpened(this ILogger logger, Exception exception);

    [LoggerMessage(2301, LogLevel.Warning, "The key {KeyId}, which may have changed, could not be read from the store for its open streams; it is tried again")]
    public static partial void StreamsNotChecked(this ILogger logger, Exception exception, Guid? keyId);

    [LoggerMessage(2302, LogLevel.Warning, "The open streams of the key {KeyId}, which may have changed, end, because the key could not be read from the store for too long")]
    public static partial void StreamsEndedUnchecked(this ILogger logger, Exception exception, Guid? keyId);
}
