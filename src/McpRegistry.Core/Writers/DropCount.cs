using Microsoft.Extensions.Logging;

namespace McpRegistry.Writers;

/// <summary>
/// Counts what one writer loses. Counting is for the request path; the warning, at most one a minute, comes from the
/// writer's own task.
/// </summary>
internal sealed class DropCount(string kind, WriterInstruments instruments, TimeProvider time, ILogger log)
{
    public const string Full = "full";
    public const string Stopped = "stopped";
    public const string Refused = "refused";

    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    private long _total;
    private long _told;
    private long? _toldAt;

    public long Total => Volatile.Read(ref _total);

    public void Add(long number, string reason)
    {
        Interlocked.Add(ref _total, number);
        instruments.Dropped.Add(number, new KeyValuePair<string, object?>("kind", kind), new KeyValuePair<string, object?>("reason", reason));
    }

    /// <summary>Warns of what was lost since the last warning. For one task only.</summary>
    public void Warn(bool atOnce = false)
    {
        var total = Total;
        if (total > _told && (atOnce || _toldAt is not { } last || time.GetElapsedTime(last) >= Interval))
        {
            log.Dropped(kind, total - _told);
            _told = total;
            _toldAt = time.GetTimestamp();
        }
    }
}
