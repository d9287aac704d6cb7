using McpRegistry.Users;

namespace McpRegistry.ApiKeys;

/// <summary>
/// What a valid key gives its caller. While nothing about the key changes, a validator hands out the same instance, so that
/// what is derived from it can hang on it.
/// </summary>
/// <param name="Key">The key.</param>
/// <param name="OwnerRole">What the owner of the key is in its tenant; null for a key that no user owns.</param>
public sealed record ApiKeyGrant(ApiKey Key, UserRole? OwnerRole);
