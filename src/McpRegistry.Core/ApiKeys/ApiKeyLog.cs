using McpRegistry.Tenancy;
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

    [LoggerMessage(5003, LogLevel.Warning, "Locked the API key {KeyId} until {Until} after wrong secrets, for the {Lockouts}. time in a row")]
    public static partial void Locked(this ILogger logger, Guid keyId, DateTimeOffset until, int lockouts);

    [LoggerMessage(5004, LogLevel.Error, "Attempts to use {Count} API keys could not be counted")]
    public static partial void AttemptsNotCounted(this ILogger logger, Exception exception, int count);

    [LoggerMessage(5005, LogLevel.Warning, "The look-up ids of API keys could not be read; guesses go on to ask the store")]
    public static partial void KnownIdsNotRead(this ILogger logger, Exception exception);

    [LoggerMessage(5006, LogLevel.Information, "Created the API key {KeyId} of {Tenant} with {Scopes}")]
    public static partial void Created(this ILogger logger, Guid keyId, TenantId tenant, ApiKeyScope scopes);

    [LoggerMessage(5007, LogLevel.Information, "Rotated the API key {KeyId} to {SuccessorId}; the old one works until {End}")]
    public static partial void Rotated(this ILogger logger, Guid keyId, Guid successorId, DateTimeOffset end);

    [LoggerMessage(5008, LogLevel.Information, "Deleted the API key {KeyId}")]
    public static partial void Deleted(this ILogger logger, Guid keyId);

    [LoggerMessage(5009, LogLevel.Error, "The key of McpRegistry:Bootstrap:AdminKey is {Name} ({KeyId}), which was revoked, switched off or made weaker, or has expired; it stays so. Set another key there")]
    public static partial void AdminKeyEnded(this ILogger logger, string name, Guid keyId);

    [LoggerMessage(5010, LogLevel.Warning, "McpRegistry:Bootstrap:AdminKey was made up and McpRegistry:ApiKeys:Pepper is not set: unless the key is random, a copy of the database is enough to guess it")]
    public static partial void AdminKeyWithoutPepper(this ILogger logger);
}
