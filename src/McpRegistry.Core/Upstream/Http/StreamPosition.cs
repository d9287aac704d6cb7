namespace McpRegistry.Upstream.Http;

/// <summary>How far a stream of events was read, to go on there when it is cut (2025-11-25, resumability).</summary>
internal sealed class StreamPosition
{
    /// <summary>A server may name any time; nobody waits longer than this for it.</summary>
    private static readonly TimeSpan LongestRetry = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan DefaultRetry = TimeSpan.FromSeconds(1);

    private const int MaxIdLength = 1024;

    /// <summary>Gets the id of the last event; null when the server gives none, so that nothing can be resumed.</summary>
    public string? LastEventId { get; private set; }

    /// <summary>Gets how long to wait before going on.</summary>
    public TimeSpan Retry { get; private set; } = DefaultRetry;

    /// <summary>Gets how many messages were read; events without one are none.</summary>
    public int Messages { get; private set; }

    /// <summary>Notes an event. An overlong id is none: it would not fit into a header.</summary>
    public void Passed(string? id)
    {
        if (id is not null)
        {
            LastEventId = id.Length is > 0 and <= MaxIdLength && !id.Any(char.IsControl) ? id : null;
        }
    }

    /// <summary>Notes a message.</summary>
    public void Heard() => Messages++;

    /// <summary>Notes what the server asks, milliseconds.</summary>
    public void Wait(long milliseconds) =>
        Retry = TimeSpan.FromMilliseconds(Math.Clamp(milliseconds, 0, (long)LongestRetry.TotalMilliseconds));
}
