using McpRegistry.Tenancy;
using Microsoft.Extensions.Logging;

namespace McpRegistry.Servers;

/// <summary>Event ids 1000 to 1019: changes of the registry.</summary>
internal static partial class ServerRegistrationLog
{
    [LoggerMessage(1000, LogLevel.Information, "Registered server {Alias} ({Id}) of tenant {Tenant}, origin {Origin}")]
    public static partial void Registered(this ILogger logger, string alias, Guid id, TenantId tenant, ServerOrigin origin);

    [LoggerMessage(1001, LogLevel.Information, "Changed server {Alias} ({Id}) of tenant {Tenant} to version {Version}, origin {Origin}")]
    public static partial void Changed(this ILogger logger, string alias, Guid id, TenantId tenant, long version, ServerOrigin origin);

    [LoggerMessage(1002, LogLevel.Information, "Deleted server {Alias} ({Id}) of tenant {Tenant}, origin {Origin}")]
    public static partial void Deleted(this ILogger logger, string alias, Guid id, TenantId tenant, ServerOrigin origin);

    [LoggerMessage(1003, LogLevel.Information, "Server {Alias} ({Id}) of tenant {Tenant} is in maintenance: {InMaintenance}")]
    public static partial void Maintained(this ILogger logger, string alias, Guid id, TenantId tenant, bool inMaintenance);
}
