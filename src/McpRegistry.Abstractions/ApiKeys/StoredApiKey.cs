namespace McpRegistry.ApiKeys;

/// <summary>A key together with what its use has left behind.</summary>
/// <param name="Key">The key.</param>
/// <param name="Usage">How it has been used.</param>
/// <param name="Lockout">How often it could not be used.</param>
public sealed record StoredApiKey(ApiKey Key, ApiKeyUsage Usage, ApiKeyLockout Lockout);
