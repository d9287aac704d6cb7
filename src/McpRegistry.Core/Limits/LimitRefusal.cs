namespace McpRegistry.Limits;

/// <summary>Why a request is refused.</summary>
/// <param name="Kind">The limit.</param>
/// <param name="Limit">Its number of requests; 0 where there is no such number.</param>
/// <param name="RetryAfter">When to try again.</param>
internal sealed record LimitRefusal(LimitKind Kind, int Limit, TimeSpan RetryAfter)
{
    /// <summary>Gets a value that tells whether the store could not say if there is something left.</summary>
    public bool IsUnknown { get; init; }

    /// <summary>Gets the reason that programs read.</summary>
    public string Reason => IsUnknown ? "quota_unavailable" : LimitKinds.IsQuota(Kind) ? "quota_exceeded" : "rate_limited";

    /// <summary>Gets the time to wait in whole seconds, rounded up, at least 1.</summary>
    public long RetrySeconds => Math.Max(1, (long)Math.Ceiling(RetryAfter.TotalSeconds));

    /// <summary>Gets the sentences that people and models read.</summary>
    public string Message => (IsUnknown ? "The quota cannot be checked at the moment" : LimitKinds.Describe(Kind, Limit)) + $". Try again in {InWords(RetrySeconds)}.";

    private static string InWords(long seconds) => seconds switch
    {
        1 => "1 second",
        < 120 => $"{seconds} seconds",
        < 7200 => $"{(seconds + 59) / 60} minutes",
        _ => $"{(seconds + 3599) / 3600} hours",
    };
}
