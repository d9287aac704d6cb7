using Microsoft.Extensions.Logging;

namespace McpRegistry.Maintenance;

/// <summary>Event ids 9100 to 9119.</summary>
internal static partial class HousekeepingLog
{
    [LoggerMessage(9100, LogLevel.Information, "Retention policy {Policy} deleted {Rows} rows of {Table} in {Milliseconds:0} ms")]
    public static partial void RowsDeleted(this ILogger logger, string policy, long rows, string table, double milliseconds);

    [LoggerMessage(9101, LogLevel.Warning, "Retention policy {Policy} cannot run: {Faults}")]
    public static partial void PolicyRefused(this ILogger logger, string policy, string faults);

    [LoggerMessage(9102, LogLevel.Debug, "Refreshed the view {View}: {Rows} rows in {Milliseconds:0} ms")]
    public static partial void ViewRefreshed(this ILogger logger, string view, long rows, double milliseconds);

    [LoggerMessage(9103, LogLevel.Warning, "The view {View} cannot be refreshed: {Message}")]
    public static partial void ViewRefused(this ILogger logger, string view, string? message);

    [LoggerMessage(9104, LogLevel.Information, "The upkeep of the database took {Milliseconds:0} ms")]
    public static partial void Kept(this ILogger logger, double milliseconds);

    [LoggerMessage(9105, LogLevel.Error, "{Work} failed; the next try is when it is due again")]
    public static partial void WorkFailed(this ILogger logger, Exception exception, string work);

    [LoggerMessage(9106, LogLevel.Warning, "Housekeeping did not end within {Limit} and is left behind")]
    public static partial void StopTimedOut(this ILogger logger, TimeSpan limit);

    [LoggerMessage(9107, LogLevel.Information, "Registered {Count} default retention policies and view definitions")]
    public static partial void DefaultsCreated(this ILogger logger, int count);
}
