using McpRegistry.Upstream;

namespace McpRegistry.Supervision;

/// <summary>
/// How long the announcements of one server wait before its catalogue is read again. One that announces without end would
/// otherwise keep the gateway reading, its clients listing, and the store and all replicas at work. Not thread-safe.
/// </summary>
internal sealed class AnnouncementPace(UpstreamOptions options, TimeProvider time)
{
    /// <summary>A server that starts up or is being worked on announces a few real changes in a row, which are to show soon.</summary>
    private const int QuickReadings = 8;

    private int _readings;
    private int _fruitless;
    private long? _last;

    /// <summary>Gets what is left of the pause; zero when the next announcement can be followed at once.</summary>
    public TimeSpan Left => _last is { } last && Pause - time.GetElapsedTime(last) is var left && left > TimeSpan.Zero ? left : TimeSpan.Zero;

    /// <summary>Gets the longest pause after readings that found nothing new.</summary>
    private TimeSpan Longest => options.MaxReconnectDelay * CatalogueReader.LongestRepeatInReconnects;

    private TimeSpan Pause
    {
        get
        {
            var first = options.ChangeDebounce > TimeSpan.Zero ? options.ChangeDebounce : options.ReconnectDelay;
            var fruitless = _fruitless == 0 ? TimeSpan.Zero : BackOff.After(_fruitless, first, Longest);
            var steady = _readings < QuickReadings ? TimeSpan.Zero : BackOff.After(_readings / QuickReadings, first, options.MaxReconnectDelay);
            return fruitless > steady ? fruitless : steady;
        }
    }

    /// <summary>Notes the end of a reading that was announced.</summary>
    public void Read(bool foundNew)
    {
        if (_last is { } last && time.GetElapsedTime(last) > 2 * Longest)
        {
            (_readings, _fruitless) = (0, 0);
        }

        _last = time.GetTimestamp();
        _readings++;
        _fruitless = foundNew ? 0 : _fruitless + 1;
    }
}
