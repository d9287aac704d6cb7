using McpRegistry.Discovery;
using McpRegistry.Protocol;
using McpRegistry.Servers;
using McpRegistry.Snapshots;
using McpRegistry.Telemetry;
using McpRegistry.Upstream;

namespace McpRegistry.Supervision;

/// <summary>Has the catalogue of one server read: when asked, when it changed, and again when a reading was incomplete. One reading at a time.</summary>
internal sealed partial class CatalogueReader : IAsyncDisposable
{
    /// <summary>A whole reading costs far more than a connect, and each ends in a write that all replicas follow.</summary>
    public const int LongestRepeatInReconnects = 10;

    /// <summary>How often one reading begins again because its connection was replaced.</summary>
    private const int MaxLostConnections = 3;

    private readonly SupervisionContext _context;
    private readonly SupervisedServer _server;
    private readonly Func<double> _jitter;
    private readonly AnnouncementPace _pace;
    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _stopping = new();

    /// <summary>The token of <see cref="_stopping"/>, which stays usable for callers that outlive the server.</summary>
    private readonly CancellationToken _stopped;
    private Task? _running;

    /// <summary>The reading under way, or the next one while what has changed is gathered; null while nothing runs.</summary>
    private TaskCompletionSource<DiscoveryReport>? _round;
    private bool _again;

    /// <summary>Set when what comes after the reading under way was not only announced.</summary>
    private bool _hurried;
    private bool _asked;
    private ListKinds _announced;

    /// <summary>Whether the server said so itself, and it was not a gap in which it might have.</summary>
    private bool _isTold;
    private ITimer? _pause;
    private TimeSpan _pauseLength;
    private ITimer? _repeat;
    private int _incomplete;

    public CatalogueReader(SupervisionContext context, SupervisedServer server, Func<double> jitter)
    {
        _context = context;
        _server = server;
        _jitter = jitter;
        _pace = new AnnouncementPace(context.Options.Value, context.Time);
        _stopped = _stopping.Token;
    }

    /// <summary>
    /// Reads the catalogue now, or joins the reading that is under way, and once more if something changed meanwhile. Who asks
    /// finds the report in the store, whether or not it says anything new.
    /// </summary>
    public Task<DiscoveryReport> ReadAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            _asked = true;
        }

        return ReadNowAsync(cancellationToken);
    }

    private async Task<DiscoveryReport> ReadNowAsync(CancellationToken cancellationToken)
    {
        if (!_server.Server.Enabled)
        {
            return _context.Discovery.Unreachable(new UpstreamFault(FaultReasons.Disabled, "The server is switched off; enable it first."));
        }

        try
        {
            var result = await _server.Choose().GetAsync(cancellationToken).ConfigureAwait(false);
            if (!result.Connected)
            {
                return await SaveAsync(_context.Discovery.Unreachable(result.Fault), CatalogueHints.Unknown).ConfigureAwait(false);
            }

            Task<DiscoveryReport> reading;
            lock (_lock)
            {
                reading = Begin_NeedsLock();
            }

            var report = await reading.WaitAsync(cancellationToken).ConfigureAwait(false);
            lock (_lock)
            {
                reading = _round?.Task ?? reading;
                if (_pause is not null && _pauseLength > _context.Options.Value.ChangeDebounce)
                {
                    // Announcements wait as long as they are worth; somebody who asks does not.
                    BeginLater_NeedsLock(_context.Options.Value.ChangeDebounce);
                }
            }

            // What changed while it was read is in the next one, but no more than that: some servers announce without end.
            return reading.IsCompleted ? report : await reading.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return _context.Discovery.Unreachable(SessionPool.Closed);
        }
    }

    /// <summary>Has the catalogue read now, because a connection is new or the last reading was incomplete.</summary>
    /// <param name="announced">The lists of which clients are told once they were read, whether or not the reading finds a difference.</param>
    public void Request(ListKinds announced)
    {
        lock (_lock)
        {
            _announced |= announced;
            if (_stopped.IsCancellationRequested)
            {
                return;
            }

            if (_running is not null)
            {
                (_again, _hurried) = (true, true);
                return;
            }

            _ = Begin_NeedsLock();
        }
    }

    /// <summary>
    /// Has the catalogue read soon, because the server says that it changed; what is announced close together is read once. The more
    /// often that was said in vain, the longer it takes.
    /// </summary>
    /// <param name="announced">The lists of which clients are told once they were read, whether or not the reading finds a difference.</param>
    /// <param name="isTold">Whether the server said so; else its stream had a gap, which is no word in vain.</param>
    public void Announced(ListKinds announced, bool isTold)
    {
        lock (_lock)
        {
            _announced |= announced;
            _isTold |= isTold;
            if (_stopped.IsCancellationRequested || _pause is not null)
            {
                return;
            }

            if (_running is not null)
            {
                _again = true;
            }
            else if (_pace.Left is var left && left > TimeSpan.Zero)
            {
                BeginLater_NeedsLock(left);
            }
            else
            {
                _ = Begin_NeedsLock();
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        Task? running;
        lock (_lock)
        {
            running = _running;
        }

        await (running ?? Task.CompletedTask).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        lock (_lock)
        {
            _repeat?.Dispose();
            _pause?.Dispose();
            _round?.TrySetCanceled(_stopped);
        }

        _stopping.Dispose();
    }

    /// <summary>Begins to read unless that is under way; returns what the reading finds.</summary>
    private Task<DiscoveryReport> Begin_NeedsLock()
    {
        if (_running is null)
        {
            _pause?.Dispose();
            _pause = null;
            _round ??= NewRound();
            _running = Detached.Run(RunAsync);
        }

        return _round!.Task;
    }

    /// <summary>Begins to read after a pause, which whoever cannot wait cuts short.</summary>
    private void BeginLater_NeedsLock(TimeSpan pause)
    {
        _pause?.Dispose();
        _round ??= NewRound();
        _pauseLength = pause;
        _pause = _context.Time.CreateTimer(static reader => ((CatalogueReader)reader!).PauseEnded(), this, pause, Timeout.InfiniteTimeSpan);
    }

    private void PauseEnded()
    {
        lock (_lock)
        {
            if (!_stopped.IsCancellationRequested && _pause is not null)
            {
                _ = Begin_NeedsLock();
            }
        }
    }

    private static TaskCompletionSource<DiscoveryReport> NewRound() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private async Task RunAsync()
    {
        CatalogueReading reading;
        try
        {
            reading = await ReadOnceAsync().ConfigureAwait(false);
        }
        catch (Exception) when (_stopped.IsCancellationRequested)
        {
            reading = new CatalogueReading(_context.Discovery.Unreachable(SessionPool.Closed), IsWorthRepeating: false);
        }
        catch (Exception exception)
        {
            // A failed reading must not be taken for one under way, or there would never be another.
            _context.Log.DiscoveryFailed(_server.Server.Alias, exception);
            var fault = new UpstreamFault(FaultReasons.ProtocolError, "Reading the catalogue failed unexpectedly.");
            reading = new CatalogueReading(_context.Discovery.Unreachable(fault), IsWorthRepeating: true);
        }

        End(reading).TrySetResult(reading.Report);
    }

    /// <summary>Ends a round, and plans the next one if there is to be one, of which whoever asks from here on hears.</summary>
    private TaskCompletionSource<DiscoveryReport> End(CatalogueReading reading)
    {
        lock (_lock)
        {
            var ended = _round!;
            Volatile.Write(ref _renewableFrom, EndOfRest());
            var (isAsked, isHurried) = (_again, _hurried);
            (_running, _round, _again, _hurried) = (null, null, false, false);
            RepeatLater_NeedsLock(reading.IsWorthRepeating);
            if (isAsked && !_stopped.IsCancellationRequested)
            {
                var (debounce, left) = (_context.Options.Value.ChangeDebounce, isHurried ? TimeSpan.Zero : _pace.Left);
                BeginLater_NeedsLock(left > debounce ? left : debounce);
            }

            return ended;
        }
    }

    /// <summary>Has an incomplete reading repeated: the server may have been slow or out of order for a moment only.</summary>
    private void RepeatLater_NeedsLock(bool isWorthIt)
    {
        _repeat?.Dispose();
        _repeat = null;
        _incomplete = isWorthIt ? _incomplete + 1 : 0;
        if (!isWorthIt || _stopped.IsCancellationRequested)
        {
            return;
        }

        var options = _context.Options.Value;
        var delay = BackOff.After(_incomplete, options.ReconnectDelay, options.MaxReconnectDelay * LongestRepeatInReconnects);
        _repeat = _context.Time.CreateTimer(
            static reader => ((CatalogueReader)reader!).Repeat(), this, delay * (1 + (_jitter() / 4)), Timeout.InfiniteTimeSpan);
    }

    private void Repeat()
    {
        // Without a connection the next one has the catalogue read anyway, and must not come sooner for this.
        if (_server.Choose().Connection is not null)
        {
            Request(ListKinds.None);
        }
    }
}
