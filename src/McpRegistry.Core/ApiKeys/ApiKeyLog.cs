using Microsoft.Extensions.Logging;

namespace McpRegistry.ApiKeys;

/// <summary>Event ids 5000 to 5019. Keys are named by their id in the registry, never by their text.</summary>
internal static partial class ApiKeyLog
{
    [LoggerMessage(5000, LogLevel.Information, "Refused an API key: {Failure} ({KeyId})")]
    public static partial void Refused(this ILogger logger, ApiKeyFailure failure, Guid? keyId);

    [LoggerMessage(5001, LogLevel.Information, "Stored the configured admin key as {Name} ({KeyId})")]
    public static partial void AdminKeyStored(this ILogger logger, string name, Guid keyId);

    [LoggerMessage(5002, LogLevel.Warning, "No usable admin key was found; created {Name} ({KeyId}), which is shown once on the console")]
    public static partial void AdminKeyCreated(this ILogger logger, string name, Guid keyId);
}
