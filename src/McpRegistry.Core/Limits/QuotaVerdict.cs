namespace McpRegistry.Limits;

/// <summary>Whether a quota lets a call through.</summary>
/// <param name="Outcome">Whether it does.</param>
/// <param name="Slice">What the call was taken from, to give it back to; null when it was refused or made without a lease.</param>
/// <param name="RetryAfter">When to try again; zero when the call goes through.</param>
internal readonly record struct QuotaVerdict(QuotaOutcome Outcome, QuotaSlice? Slice, TimeSpan RetryAfter)
{
    /// <summary>The counter has been removed: look it up again.</summary>
    public static QuotaVerdict Gone => new(QuotaOutcome.Gone, null, default);

    public static QuotaVerdict Taken(QuotaSlice? slice) => new(QuotaOutcome.Taken, slice, default);
}
