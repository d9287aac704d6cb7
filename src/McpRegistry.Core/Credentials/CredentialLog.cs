using Microsoft.Extensions.Logging;

namespace McpRegistry.Credentials;

/// <summary>What getting credentials tells the operator; no secret is in it. Event ids 2200 to 2219.</summary>
internal static partial class CredentialLog
{
    [LoggerMessage(2200, LogLevel.Warning, "There is no credential for server {Alias}: {Reason}")]
    public static partial void CredentialFailed(this ILogger logger, string alias, string reason);

    [LoggerMessage(2201, LogLevel.Error, "The credential provider of server {Alias} failed")]
    public static partial void ProviderFailed(this ILogger logger, Exception exception, string alias);

    [LoggerMessage(2202, LogLevel.Warning, "The stored credential of server {Alias} cannot be opened with the keys of this host")]
    public static partial void CredentialSealed(this ILogger logger, string alias);
}
