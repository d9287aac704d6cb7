namespace McpRegistry.Protocol;

/// <summary>
/// How long and by whom a result of 2026-07-28 may be kept (<c>ttlMs</c> and <c>cacheScope</c>). The default, not at all and
/// by the caller alone, is what a server says that says nothing.
/// </summary>
/// <param name="TtlMs">Milliseconds, from 0 to <see cref="MaxTtlMs"/>.</param>
/// <param name="IsPublic">Whether the result is the same for every caller.</param>
internal readonly record struct CacheHint(long TtlMs, bool IsPublic)
{
    /// <summary>A year. Whatever a server says, no answer of it is kept for longer.</summary>
    public const long MaxTtlMs = 365L * 24 * 60 * 60 * 1000;

    /// <summary>Says the same of something that holds at all times and for everybody, so that other parts decide.</summary>
    public static CacheHint Neutral { get; } = new(MaxTtlMs, IsPublic: true);

    /// <summary>The hint of something that is made of this part and another one.</summary>
    public CacheHint And(CacheHint other) => new(Math.Min(TtlMs, other.TtlMs), IsPublic && other.IsPublic);

    /// <summary>The hint of what was read that long ago.</summary>
    public CacheHint After(TimeSpan age) => this with { TtlMs = Math.Max(0, TtlMs - (long)Math.Ceiling(age.TotalMilliseconds)) };
}
