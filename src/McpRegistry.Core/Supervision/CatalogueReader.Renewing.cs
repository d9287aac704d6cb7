using McpRegistry.Discovery;
using McpRegistry.Snapshots;
using McpRegistry.Upstream;

namespace McpRegistry.Supervision;

/// <content>Readings that calls of clients give rise to, and how often they may.</content>
internal sealed partial class CatalogueReader
{
    private long? _reread;
    private int _fruitless;
    private DiscoveryReport? _judged;
    private volatile CatalogueSource? _source;

    /// <summary>The timestamp before which nobody who asks for a list has it read.</summary>
    private long _renewableFrom;

    /// <summary>
    /// Has the catalogue read in the background because somebody asks for one of its lists, if that may have changed without a word.
    /// Servers that nobody asks about are left in peace.
    /// </summary>
    /// <param name="list">The list.</param>
    /// <param name="read">How long it holds, and since when.</param>
    public void Renew(ListKinds list, in ReadHint read)
    {
        if (_context.Time.GetTimestamp() < Volatile.Read(ref _renewableFrom) || _source?.MayBeOld(list, read, _context.Time) != true)
        {
            return;
        }

        lock (_lock)
        {
            // What was announced, and what could not be read in full, is read after a pause of its own.
            if (_running is null && _pause is null && _repeat is null && !_stopped.IsCancellationRequested
                && _context.Time.GetTimestamp() >= _renewableFrom)
            {
                _ = Begin_NeedsLock();
            }
        }
    }

    /// <summary>Up to a quarter later, so that servers which were read together are not read together for ever.</summary>
    private long EndOfRest()
    {
        var rest = _context.Options.Value.CatalogueRefreshInterval * (1 + (_jitter() / 4));
        return _context.Time.GetTimestamp() + (long)(rest.TotalSeconds * _context.Time.TimestampFrequency);
    }

    /// <summary>
    /// Reads the catalogue because a call suggests that it is old, unless that was just done. Readings that find nothing new make the
    /// next one wait longer: a client that is wrong each time must not have the server read each time.
    /// </summary>
    public async ValueTask<DiscoveryReport?> RereadAsync(CancellationToken cancellationToken)
    {
        Task running;
        lock (_lock)
        {
            running = _running is null ? Task.CompletedTask : _round!.Task;
        }

        // It may have read the list before it became what the call met. Only this one is waited for: a server that announces
        // changes without end is read without end.
        await running.WaitAsync(cancellationToken).ConfigureAwait(false);
        var known = _context.KnownReport(_server.Server.Id);
        lock (_lock)
        {
            if (_running is null && _reread is { } last && _context.Time.GetElapsedTime(last) < PauseAfter(_fruitless))
            {
                return known;
            }

            _reread = _context.Time.GetTimestamp();
        }

        var report = await ReadNowAsync(cancellationToken).ConfigureAwait(false);
        lock (_lock)
        {
            // Others may have waited for the same reading; it counts once.
            if (!ReferenceEquals(_judged, report))
            {
                _judged = report;
                _fruitless = known is not null && DiscoveryEquality.ListSame(known, report) ? _fruitless + 1 : 0;
            }
        }

        return report;
    }

    private TimeSpan PauseAfter(int fruitless)
    {
        var options = _context.Options.Value;
        return BackOff.After(fruitless + 1, options.ReconnectDelay, options.MaxReconnectDelay * LongestRepeatInReconnects);
    }
}
