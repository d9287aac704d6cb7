namespace McpRegistry.ApiKeys;

/// <summary>
/// What somebody who makes, changes or rotates keys may do itself: no key of its making reaches further. Code of the host that decides for
/// itself gives scopes alone.
/// </summary>
/// <param name="Scopes">What it may do; implied scopes need not be said.</param>
/// <param name="Key">
/// The key that it comes with, whose servers, methods, addresses and end bound what it makes; null (the default) for no bounds.
/// </param>
public sealed record ApiKeyAuthority(ApiKeyScope Scopes, ApiKey? Key = null)
{
    /// <summary>Makes the authority of somebody without bounds.</summary>
    /// <param name="scopes">What it may do.</param>
    public static implicit operator ApiKeyAuthority(ApiKeyScope scopes) => FromApiKeyScope(scopes);

    /// <summary>Makes the authority of somebody without bounds.</summary>
    /// <param name="scopes">What it may do.</param>
    /// <returns>The authority.</returns>
    public static ApiKeyAuthority FromApiKeyScope(ApiKeyScope scopes) => new(scopes);
}
