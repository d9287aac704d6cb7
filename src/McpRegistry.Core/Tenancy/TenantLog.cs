using Microsoft.Extensions.Logging;

namespace McpRegistry.Tenancy;

/// <summary>Event ids 1100 to 1119: changes of tenants.</summary>
internal static partial class TenantLog
{
    [LoggerMessage(1100, LogLevel.Information, "Added tenant {Slug} ({Id})")]
    public static partial void Added(this ILogger logger, string slug, TenantId id);

    [LoggerMessage(1101, LogLevel.Information, "Changed tenant {Slug} ({Id}) to version {Version}, status {Status}")]
    public static partial void Changed(this ILogger logger, string slug, TenantId id, long version, TenantStatus status);

    [LoggerMessage(1102, LogLevel.Information, "Deleted tenant {Slug} ({Id})")]
    public static partial void Deleted(this ILogger logger, string slug, TenantId id);
}
