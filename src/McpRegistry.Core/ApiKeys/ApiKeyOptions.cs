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

    /// <summary>Gets or sets how many keys are remembered, 1 to 1,000,000. Default 200,000; each takes about 1 KB.</summary>
    public int CacheCapacity { get; set; } = 200_000;

    /// <summary>
    /// Gets or sets how long a text that no key has is refused without asking the store, 0 to 1 minute. Default 30 seconds. Any
    /// change of a key ends it as soon as the change feed tells of it.
    /// </summary>
    public TimeSpan UnknownLifetime { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Gets or sets how many such texts are remembered, 1 to 1,000,000. Default 10,000.</summary>
    public int UnknownCapacity { get; set; } = 10_000;

    /// <summary>
    /// Gets or sets how long the store may take to tell who is asking, by key or as a user, before the request is refused (HTTP 503),
    /// 0.1 seconds to 10 minutes. Default 5 seconds.
    /// </summary>
    public TimeSpan LookupTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Gets or sets how many wrong secrets lock a key, over all replicas, 1 to 1,000. Default 5.</summary>
    public int LockoutThreshold { get; set; } = 5;

    /// <summary>
    /// Gets or sets how long the first lock lasts, 1 second to 30 days. Default 15 minutes. Each further one without a
    /// success in between lasts twice as long.
    /// </summary>
    public TimeSpan LockoutDuration { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>Gets or sets how long a lock lasts at most, <see cref="LockoutDuration"/> to 30 days. Default 1 day.</summary>
    public TimeSpan MaxLockoutDuration { get; set; } = TimeSpan.FromDays(1);

    /// <summary>
    /// Gets or sets how many unknown ids an address may present in a <see cref="GuessWindow"/>, 1 to 1,000,000. Default 20. An
    /// IPv6 address counts with its whole /64 network.
    /// </summary>
    public int GuessLimit { get; set; } = 20;

    /// <summary>Gets or sets the time in which unknown ids are counted, 1 second to 1 day. Default 1 minute.</summary>
    public TimeSpan GuessWindow { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Gets or sets how many addresses are counted at once, 1 to 1,000,000. Default 10,000.</summary>
    public int GuessAddresses { get; set; } = 10_000;

    /// <summary>Gets or sets how long a key works on after it was rotated, 0 to 30 days, unless the request says. Default 1 day.</summary>
    public TimeSpan RotationOverlap { get; set; } = TimeSpan.FromDays(1);

    /// <summary>Gets or sets the age from which keys are shown as due for rotation, 1 to 3,650 days. Default 90 days.</summary>
    public TimeSpan RotationAge { get; set; } = TimeSpan.FromDays(90);
}
