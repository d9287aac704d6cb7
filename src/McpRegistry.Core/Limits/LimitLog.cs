using Microsoft.Extensions.Logging;
using LogLevel = Microsoft.Extensions.Logging.LogLevel;

namespace McpRegistry.Limits;

/// <summary>What limits tell the operator. Event ids 6000 to 6099.</summary>
internal static partial class LimitLog
{
    [LoggerMessage(6000, LogLevel.Warning, "The store did not answer about a quota; calls follow McpRegistry:Limits:OnStoreFailure")]
    public static partial void StoreFailed(this ILogger logger, Exception exception);

    [LoggerMessage(6001, LogLevel.Error, "Returning unspent quotas or deleting old windows failed")]
    public static partial void SweepFailed(this ILogger logger, Exception exception);

    [LoggerMessage(6002, LogLevel.Warning, "Address {Address} is banned for {Duration}: {Violations} requests beyond its limits")]
    public static partial void Banned(this ILogger logger, string address, TimeSpan duration, int violations);

    [LoggerMessage(6003, LogLevel.Warning, "The limits in the settings of tenant {Tenant} are not valid and do not count ({Path}): {Message}")]
    public static partial void BadTenantLimits(this ILogger logger, Guid tenant, string path, string message);
}
