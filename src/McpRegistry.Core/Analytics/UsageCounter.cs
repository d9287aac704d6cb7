using System.Diagnostics.CodeAnalysis;
using McpRegistry.Writers;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace McpRegistry.Analytics;

/// <summary>
/// Adds calls up in memory and writes the sums: counters every few seconds, a row of metrics for each server every minute. The
/// adding never waits for the store, so a store that fails costs memory for sums and not for calls.
/// </summary>
internal sealed class UsageCounter : ICallSink, IBackgroundWriter, IAsyncDisposable
{
    private static readonly TimeSpan AddInterval = TimeSpan.FromSeconds(1);

    private readonly UsageOptions _options;
    private readonly WriterOptions _writers;
    private readonly TimeProvider _time;
    private readonly UsageBook _book;
    private readonly BatchWriter<CallRecord, CallRecord> _calls;
    private readonly BatchWriter<ServerMetric, ServerMetric> _metrics;
    private readonly RowWrites<UsageDelta> _deltas;
    private readonly IUsageStore? _store;
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _abandoned = new();
    [SuppressMessage("Usage", "CA2213", Justification = "A late write may still wait for it; it holds nothing to release, and disposed of it would leave that one waiting for ever.")]
    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly Lock _lifecycle = new();
    private readonly List<UsageDelta> _pending = [];
    private long _metricsSince;
    private Task? _running;
    private Task? _stopping;

    public UsageCounter(
        IOptions<UsageOptions> options,
        IOptions<WriterOptions> writers,
        WriterInstruments instruments,
        TimeProvider time,
        ILogger<UsageCounter> log,
        IUsageStore? store = null,
        IServerMetricStore? metrics = null)
    {
        _options = options.Value;
        _writers = writers.Value;
        _time = time;
        _store = store;
        _book = new UsageBook(_options.MaxSubjects);
        _metricsSince = time.GetTimestamp();
        _calls = new BatchWriter<CallRecord, CallRecord>(
            new BatchWriterSettings("usage", _options.Capacity, Math.Max(1, _options.Capacity / 4), AddInterval),
            _writers, static record => record, Add, instruments, time, log);
        _deltas = new RowWrites<UsageDelta>(
            new RetryingWrite("usage", _writers, time, log),
            (deltas, token) => _store!.AddAsync(deltas, token),
            (delta, _) => _calls.Drops.Add(delta.Calls, DropCount.Refused));
        _metrics = new BatchWriter<ServerMetric, ServerMetric>(
            new BatchWriterSettings("server_metrics", _options.MaxSubjects, 1_000, AddInterval),
            _writers, static row => row, (rows, token) => metrics!.AppendAsync(rows, token), instruments, time, log);
        IsOn = _options.Enabled && store is not null && metrics is not null;
    }

    public bool IsOn { get; }

    public long Dropped => _calls.Drops.Total;

    public void Write(in CallRecord record) => _calls.TryWrite(record);

    public void Start()
    {
        lock (_lifecycle)
        {
            if (!IsOn || _running is not null || _stopping is not null)
            {
                return;
            }

            _calls.Start();
            _metrics.Start();
            _running = Task.Run(RunAsync);
        }
    }

    /// <summary>Writes all that was counted before, metrics included.</summary>
    public async Task FlushAsync()
    {
        await _calls.FlushAsync().ConfigureAwait(false);
        MakeMetrics();
        await WriteAsync(_abandoned.Token).ConfigureAwait(false);
        await _metrics.FlushAsync().ConfigureAwait(false);
    }

    public Task StopAsync()
    {
        lock (_lifecycle)
        {
            return _stopping ??= StopOnceAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync().ConfigureAwait(false);
        await _calls.DisposeAsync().ConfigureAwait(false);
        await _metrics.DisposeAsync().ConfigureAwait(false);
        _stop.Dispose();
        _abandoned.Dispose();
    }

    private ValueTask Add(IReadOnlyList<CallRecord> records, CancellationToken cancellationToken)
    {
        if (_book.Add(records) is var refused and > 0)
        {
            _calls.Drops.Add(refused, DropCount.Full);
        }

        return ValueTask.CompletedTask;
    }

    private async Task RunAsync()
    {
        try
        {
            while (true)
            {
                await Task.Delay(_options.FlushInterval, _time, _stop.Token).ConfigureAwait(false);
                if (_time.GetElapsedTime(_metricsSince) >= _options.MetricInterval)
                {
                    MakeMetrics();
                }

                await WriteAsync(_stop.Token).ConfigureAwait(false);
            }
        }
        catch (Exception) when (_stop.IsCancellationRequested)
        {
            // A store that fails at this moment included. The rest is written by whoever stops.
        }
    }

    /// <summary>Sums that were taken out and not stored are kept apart and go first; new calls add up beside them.</summary>
    private async Task WriteAsync(CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            while (true)
            {
                if (_pending.Count == 0)
                {
                    _pending.AddRange(_book.TakeDeltas());
                }

                if (_pending.Count == 0)
                {
                    return;
                }

                await _deltas.RunAsync(_pending, failed: null, cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            _writing.Release();
        }
    }

    private void MakeMetrics()
    {
        var now = _time.GetUtcNow();
        var interval = _time.GetElapsedTime(_metricsSince);
        _metricsSince = _time.GetTimestamp();
        foreach (var ((tenant, server), sum) in _book.TakeServers())
        {
            _metrics.TryWrite(new ServerMetric
            {
                Id = Guid.CreateVersion7(now),
                Tenant = tenant,
                ServerId = server,
                Timestamp = now,
                IntervalMs = (long)interval.TotalMilliseconds,
                RequestCount = sum.Calls,
                ErrorCount = sum.Errors,
                ResponseTimeMs = sum.TotalMs / sum.Calls,
                RequestsPerSecond = interval > TimeSpan.Zero ? sum.Calls / interval.TotalSeconds : null,
                ErrorRate = (double)sum.Errors / sum.Calls,
            });
        }
    }

    private async Task StopOnceAsync()
    {
        if (_running is not { } running)
        {
            await Task.WhenAll(_calls.StopAsync(), _metrics.StopAsync()).ConfigureAwait(false);
            return;
        }

        using var limit = new CancellationTokenSource(_writers.ShutdownTimeout, _time);
        await using var registration = limit.Token.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), _abandoned).ConfigureAwait(false);
        await _stop.CancelAsync().ConfigureAwait(false);
        await running.ConfigureAwait(false);
        await _calls.StopAsync().ConfigureAwait(false);
        MakeMetrics();
        var metrics = _metrics.StopAsync();
        try
        {
            await WriteAsync(_abandoned.Token).ConfigureAwait(false);
        }
        catch (Exception) when (_abandoned.IsCancellationRequested)
        {
            // The time to stop is over.
            _calls.Drops.Add(_pending.Concat(_book.TakeDeltas()).Sum(delta => delta.Calls), DropCount.Stopped);
            _calls.Drops.Warn(atOnce: true);
        }

        await metrics.ConfigureAwait(false);
    }
}
