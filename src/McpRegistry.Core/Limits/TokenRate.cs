namespace McpRegistry.Limits;

/// <summary>How fast a bucket fills and how much it holds, in units of a clock's timestamp.</summary>
/// <param name="PerMinute">The tokens a minute.</param>
/// <param name="Capacity">The tokens of a full bucket, at least 1.</param>
/// <param name="Interval">The time that one token takes to come, rounded up: never more than the rate.</param>
internal readonly record struct TokenRate(int PerMinute, int Capacity, long Interval)
{
    public const int MostPerMinute = 10_000_000;
    public const double LeastBurst = 0.1;
    public const double MostBurst = 100;

    private const int SecondsAMinute = 60;

    public long Tolerance => Interval * Capacity;

    public static TokenRate Create(int perMinute, double burst, TimeProvider time) => new(
        perMinute,
        Math.Max(1, (int)Math.Floor(perMinute * burst)),
        ((time.TimestampFrequency * SecondsAMinute) + perMinute - 1) / perMinute);
}
