using McpRegistry.ApiKeys;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace McpRegistry.Watching;

/// <summary>
/// Reads the keys of open streams again, beside the change feed, so that no change has to wait until the store has told of each. What
/// was asked for last comes first: a key that changes now does not wait for a reload of all. A key that cannot be read is tried again;
/// when it has been trusted unread for <see cref="ApiKeyOptions.CacheLifetime"/>, its streams end. A store that fails is let alone when that
/// has cost a second, and the streams whose time is over by then end without another reading: however many there are, they end together.
/// </summary>
internal sealed class StreamChecks : IAsyncDisposable
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    private readonly ApiKeyLoader _keys;
    private readonly LookupLimit _limit;
    private readonly TimeSpan _patience;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly FailureBudget _failures;
    private readonly CancellationTokenSource _stopping = new();
    private readonly CancellationToken _stopped;
    private readonly Stack<Check> _due = [];
    private readonly Lock _lock = new();
    private bool _isRunning;

    // Of the one task that reads: why the last reading failed that did.
    private Exception? _fault;
    private Task _running = Task.CompletedTask;

    public StreamChecks(ApiKeyLoader keys, LookupLimit limit, IOptions<ApiKeyOptions> options, TimeProvider time, ILogger<StreamChecks> log)
    {
        (_keys, _limit, _patience, _time, _log) = (keys, limit, options.Value.CacheLifetime, time, log);
        _failures = new FailureBudget(RetryDelay, time);
        _stopped = _stopping.Token;
    }

    /// <summary>Gets the task that ends when nothing is left to check but what waits to be tried again.</summary>
    public Task Running
    {
        get
        {
            lock (_lock)
            {
                return _running;
            }
        }
    }

    /// <summary>Has the streams of each key end that are not what the key gives any more. Each key is read once.</summary>
    /// <param name="streams">Streams that were opened with keys.</param>
    /// <param name="all">Whether these are all that are open, so that what was asked for before is done with them.</param>
    public void Require(IEnumerable<CallerStream> streams, bool all)
    {
        var now = _time.GetUtcNow();
        var checks = streams.GroupBy(static stream => stream.Caller.Key!.LookupId, StringComparer.Ordinal)
            .Select(key => new Check(key.Key, [.. key], now)).ToList();
        lock (_lock)
        {
            if (all)
            {
                _due.Clear();
            }

            checks.ForEach(_due.Push);
            Start_NeedsLock();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await Running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stopping.Dispose();
    }

    private async Task RunAsync()
    {
        while (TryTake() is { } check)
        {
            if (_failures.IsSpent && !IsOverdue(check))
            {
                _ = RetryAsync(check);
                continue;
            }

            try
            {
                var current = await ReadAsync(check).ConfigureAwait(false);
                foreach (var stream in check.Streams.Where(stream => !stream.IsStill(current, _time.GetUtcNow())))
                {
                    await stream.EndAsync().ConfigureAwait(false);
                }
            }
            catch (Exception exception) when (!_stopped.IsCancellationRequested)
            {
                _log.StreamsNotChecked(exception, check.Streams[0].Caller.KeyId);
                _ = RetryAsync(check);
            }
        }
    }

    /// <returns>The key; null when there is none, and when it was not to be had in its time.</returns>
    private async Task<RememberedKey?> ReadAsync(Check check)
    {
        if (!_failures.IsSpent)
        {
            var asked = _time.GetTimestamp();
            try
            {
                return await _limit.AskAsync(token => _keys.LoadAsync(check.LookupId, token), _stopped).ConfigureAwait(false);
            }
            catch (Exception exception) when (!_stopped.IsCancellationRequested)
            {
                _fault = exception;
                _failures.Charge(asked);
                if (!IsOverdue(check))
                {
                    throw;
                }
            }
        }

        _log.StreamsEndedUnchecked(_fault!, check.Streams[0].Caller.KeyId);
        return null;
    }

    private bool IsOverdue(Check check) => _time.GetUtcNow() - check.Since >= _patience;

    private async Task RetryAsync(Check check)
    {
        await Task.Delay(RetryDelay, _time, _stopped).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        lock (_lock)
        {
            _due.Push(check);
            Start_NeedsLock();
        }
    }

    private Check? TryTake()
    {
        lock (_lock)
        {
            _isRunning = _due.TryPop(out var check) && !_stopped.IsCancellationRequested;
            return _isRunning ? check : null;
        }
    }

    private void Start_NeedsLock()
    {
        if (!_isRunning && _due.Count > 0 && !_stopped.IsCancellationRequested)
        {
            _isRunning = true;
            _running = Task.Run(RunAsync);
        }
    }

    /// <summary>What is asked of one key.</summary>
    private sealed record Check(string LookupId, IReadOnlyList<CallerStream> Streams, DateTimeOffset Since);
}
