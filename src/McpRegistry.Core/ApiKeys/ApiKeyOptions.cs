namespace McpRegistry.ApiKeys;

/// <summary>How API keys are made and checked; section <c>McpRegistry:ApiKeys</c>.</summary>
public sealed class ApiKeyOptions
{
    /// <summary>The configuration section.</summary>
    public const string SectionName = "McpRegistry:ApiKeys";

    /// <summary>
    /// Gets or sets the tag in new keys that tells environments apart, <c>[a-z0-9]{1,10}</c>. Default <c>live</c>. Keys with
    /// other tags stay valid.
    /// </summary>
    public string Environment { get; set; } = "live";

    /// <summary>
    /// Gets or sets a secret that enters every stored hash, at least 32 characters, so that a copy of the store alone
    /// verifies no guess. Null (the default) for none. A change makes all stored keys invalid.
    /// </summary>
    public string? Pepper { get; set; }

    /// <summary>
    /// Gets or sets how long a valid key is trusted without asking the store, 0 to 5 minutes. Default 30 seconds. A
    /// revocation takes effect as soon as the change feed tells of it, and within this time where the feed is interrupted.
    /// </summary>
    public TimeSpan CacheLifetime { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Gets or sets how many valid keys are remembered, 1 to 1,000,000. Default 10,000.</summary>
    public int CacheCapacity { get; set; } = 10_000;
}
