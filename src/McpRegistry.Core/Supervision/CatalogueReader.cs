using McpRegistry.Discovery;
using McpRegistry.Protocol;
using McpRegistry.Servers;
using McpRegistry.Snapshots;
using McpRegistry.Telemetry;
using McpRegistry.Upstream;

namespace McpRegistry.Supervision;

/// <summary>Has the catalogue of one server read: when asked, when it changed, and again when a reading was incomplete. One reading at a time.</summary>
internal sealed class CatalogueReader : IAsyncDisposable
{
    /// <summary>A whole reading costs far more than a connect, and each ends in a write that all replicas follow.</summary>
    private const int LongestRepeatInReconnects = 10;

    /// <summary>How often one reading begins again because its connection was replaced.</summary>
    private const int MaxLostConnections = 3;

    private readonly SupervisionContext _context;
    private readonly SupervisedServer _server;
    private readonly Func<double> _jitter;
    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _stopping = new();

    /// <summary>The token of <see cref="_stopping"/>, which stays usable for callers that outlive the server.</summary>
    private readonly CancellationToken _stopped;
    private Task? _running;

    /// <summary>The reading under way, or the next one while what has changed is gathered; null while nothing runs.</summary>
    private TaskCompletionSource<DiscoveryReport>? _round;
    private bool _again;
    private ListKinds _announced;
    private ITimer? _repeat;
    private int _incomplete;
    private long? _reread;
    private int _fruitless;
    private DiscoveryReport? _judged;

    public CatalogueReader(SupervisionContext context, SupervisedServer server, Func<double> jitter)
    {
        _context = context;
        _server = server;
        _jitter = jitter;
        _stopped = _stopping.Token;
    }

    /// <summary>Reads the catalogue now, or joins the reading that is under way, and once more if something changed meanwhile.</summary>
    public async Task<DiscoveryReport> ReadAsync(CancellationToken cancellationToken)
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
            }

            // What changed while it was read is in the next one, but no more than that: some servers announce without end.
            return reading.IsCompleted ? report : await reading.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return _context.Discovery.Unreachable(SessionPool.Closed);
        }
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
            running = _round?.Task ?? Task.CompletedTask;
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

        var report = await ReadAsync(cancellationToken).ConfigureAwait(false);
        lock (_lock)
        {
            // Others may have waited for the same reading; it counts once.
            if (!ReferenceEquals(_judged, report))
            {
                _judged = report;
                _fruitless = known is not null && HaveSameItems(known, report) ? _fruitless + 1 : 0;
            }
        }

        return report;
    }

    private TimeSpan PauseAfter(int fruitless)
    {
        var options = _context.Options.Value;
        return BackOff.After(fruitless + 1, options.ReconnectDelay, options.MaxReconnectDelay * LongestRepeatInReconnects);
    }

    private static bool HaveSameItems(DiscoveryReport one, DiscoveryReport other) =>
        one.Items.Length == other.Items.Length && one.Items.Zip(other.Items).All(static pair => pair.First.Json.Span.SequenceEqual(pair.Second.Json.Span));

    /// <summary>Has the catalogue read soon; requests that come close together are one.</summary>
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
                _again = true;
                return;
            }

            _ = Begin_NeedsLock();
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
        }

        _stopping.Dispose();
    }

    /// <summary>Begins to read unless that is under way; returns what the reading finds.</summary>
    private Task<DiscoveryReport> Begin_NeedsLock()
    {
        if (_running is null)
        {
            _round = NewRound();
            _running = Detached.Run(RunAsync);
        }

        return _round!.Task;
    }

    private static TaskCompletionSource<DiscoveryReport> NewRound() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private async Task RunAsync()
    {
        CatalogueReading reading;
        TaskCompletionSource<DiscoveryReport>? failed = null;
        try
        {
            do
            {
                reading = await ReadOnceAsync().ConfigureAwait(false);
            }
            while (await AskedAgainAsync(reading.Report).ConfigureAwait(false));
        }
        catch (Exception exception)
        {
            // A failed reading must not be taken for one under way, or there would never be another.
            failed = Fail();
            if (_stopped.IsCancellationRequested)
            {
                reading = new CatalogueReading(_context.Discovery.Unreachable(SessionPool.Closed), IsWorthRepeating: false);
            }
            else
            {
                _context.Log.DiscoveryFailed(_server.Server.Alias, exception);
                var fault = new UpstreamFault(FaultReasons.ProtocolError, "Reading the catalogue failed unexpectedly.");
                reading = new CatalogueReading(_context.Discovery.Unreachable(fault), IsWorthRepeating: true);
            }
        }

        RepeatLater(reading.IsWorthRepeating);
        failed?.TrySetResult(reading.Report);
    }

    private async Task<CatalogueReading> ReadOnceAsync()
    {
        var announced = TakeAnnounced();
        return await ReadAtAsync(_server.Choose(), announced, lost: 0).ConfigureAwait(false);
    }

    private async Task<CatalogueReading> ReadAtAsync(SupervisedEndpoint endpoint, ListKinds announced, int lost)
    {
        var result = await endpoint.GetAsync(_stopped).ConfigureAwait(false);
        if (!result.Connected)
        {
            if (lost < MaxLostConnections && Elsewhere(endpoint, null) is { } connected)
            {
                return await ReadAtAsync(connected, announced, lost + 1).ConfigureAwait(false);
            }

            var unreachable = await SaveAsync(_context.Discovery.Unreachable(result.Fault), CatalogueHints.Unknown).ConfigureAwait(false);
            return new CatalogueReading(unreachable, IsWorthRepeating: false);
        }

        var reading = await _context.Discovery.RunAsync(result.Connection, _context.KnownItems(_server.Server.Id), _stopped).ConfigureAwait(false);
        if (!reading.Report.HasItems && lost < MaxLostConnections && Elsewhere(endpoint, result.Connection) is { } other)
        {
            // That says nothing about the other endpoints, nor about a connection that has come instead.
            endpoint.Suspect(result.Connection);
            return await ReadAtAsync(other, announced, lost + 1).ConfigureAwait(false);
        }

        var saved = await SaveAsync(reading.Report, reading.Hints, announced).ConfigureAwait(false);
        if (!reading.Report.HasItems)
        {
            // The server is not served from here on, so that no failing call will have its connection checked.
            endpoint.Suspect(result.Connection);
        }

        return reading with { Report = saved };
    }

    /// <summary>Finds a connection that has not failed the reading; null where there is none.</summary>
    private SupervisedEndpoint? Elsewhere(SupervisedEndpoint endpoint, UpstreamConnection? failed) =>
        _server.Choose(endpoint) is { Connection: { } connection } other && !ReferenceEquals(connection, failed) ? other : null;

    private ListKinds TakeAnnounced()
    {
        lock (_lock)
        {
            var announced = _announced;
            _announced = ListKinds.None;
            return announced;
        }
    }

    /// <summary>Has an incomplete reading repeated: the server may have been slow or out of order for a moment only.</summary>
    private void RepeatLater(bool isWorthIt)
    {
        lock (_lock)
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
    }

    private void Repeat()
    {
        // Without a connection the next one has the catalogue read anyway, and must not come sooner for this.
        if (_server.Choose().Connection is not null)
        {
            Request(ListKinds.None);
        }
    }

    private Task<DiscoveryReport> SaveAsync(DiscoveryReport report, CatalogueHints hints, ListKinds announced = ListKinds.None)
    {
        var health = _server.HasFailedEndpoint && report.Health == ServerHealth.Healthy ? ServerHealth.Degraded : report.Health;
        return _context.SaveAsync(_server, _server.Server, report with { Health = health }, hints, announced, _stopped);
    }

    /// <summary>Ends a round; tells whether there is to be another, of which whoever asks from here on hears.</summary>
    private async ValueTask<bool> AskedAgainAsync(DiscoveryReport found)
    {
        bool isAsked;
        TaskCompletionSource<DiscoveryReport> ended;
        lock (_lock)
        {
            (isAsked, ended) = (_again, _round!);
            (_running, _round) = isAsked ? (_running, NewRound()) : (null, null);
        }

        ended.TrySetResult(found);
        if (!isAsked)
        {
            return false;
        }

        await Task.Delay(_context.Options.Value.ChangeDebounce, _context.Time, _stopped).ConfigureAwait(false);
        lock (_lock)
        {
            _again = false;
        }

        return true;
    }

    private TaskCompletionSource<DiscoveryReport>? Fail()
    {
        lock (_lock)
        {
            var failed = _round;
            (_running, _round, _again) = (null, null, false);
            return failed;
        }
    }
}
