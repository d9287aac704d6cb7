namespace McpRegistry.Analytics;

/// <summary>The calls of one subject since the last write.</summary>
internal sealed class UsageSum
{
    public long Calls { get; private set; }

    public long Errors { get; private set; }

    public double TotalMs { get; private set; }

    public DateTimeOffset? LastUsed { get; private set; }

    public DateTimeOffset? LastSuccess { get; private set; }

    public DateTimeOffset? LastError { get; private set; }

    public void Add(in CallRecord record)
    {
        Calls++;
        TotalMs += record.Duration.TotalMilliseconds;
        LastUsed = Later(LastUsed, record.EndedAt);
        if (record.Failed)
        {
            Errors++;
            LastError = Later(LastError, record.EndedAt);
        }
        else
        {
            LastSuccess = Later(LastSuccess, record.EndedAt);
        }
    }

    private static DateTimeOffset Later(DateTimeOffset? before, DateTimeOffset time) => before > time ? before.Value : time;
}
