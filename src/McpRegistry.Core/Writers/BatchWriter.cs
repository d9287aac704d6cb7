using Microsoft.Extensions.Logging;

namespace McpRegistry.Writers;

/// <summary>
/// Takes values without waiting and writes them in batches. What does not fit is dropped and counted; a batch that fails is
/// kept until it is written, while the queue behind it fills. A row that the store refuses is left out and counted.
/// </summary>
/// <typeparam name="TItem">What requests hand over.</typeparam>
/// <typeparam name="TRow">What is written; made once, so that a second try writes the same rows.</typeparam>
internal sealed class BatchWriter<TItem, TRow> : IBackgroundWriter, IAsyncDisposable
{
    private readonly BatchWriterSettings _settings;
    private readonly WriterOptions _options;
    private readonly Func<TItem, TRow> _map;
    private readonly Func<IReadOnlyList<TRow>, CancellationToken, ValueTask> _write;
    private readonly TimeProvider _time;
    private readonly BoundedQueue<TItem> _queue;
    private readonly RowWrites<TRow> _rows;
    private readonly KeyValuePair<string, object?> _tag;
    private readonly WriterInstruments _instruments;
    private readonly CancellationTokenSource _abandoned = new();
    private readonly Lock _lifecycle = new();
    private readonly List<TRow> _batch = [];
    private TaskCompletionSource? _flush;
    private Task? _running;
    private Task? _stopping;

    public BatchWriter(
        BatchWriterSettings settings,
        WriterOptions options,
        Func<TItem, TRow> map,
        Func<IReadOnlyList<TRow>, CancellationToken, ValueTask> write,
        WriterInstruments instruments,
        TimeProvider time,
        ILogger log)
    {
        _settings = settings with { BatchSize = Math.Min(settings.BatchSize, settings.Capacity) };
        _options = options;
        _map = map;
        _write = write;
        _time = time;
        _instruments = instruments;
        _queue = new BoundedQueue<TItem>(settings.Capacity, _settings.BatchSize);
        Drops = new DropCount(settings.Kind, instruments, time, log);
        _rows = new RowWrites<TRow>(new RetryingWrite(settings.Kind, options, time, log), WriteAsync, (_, _) => Drops.Add(1, DropCount.Refused));
        _tag = new KeyValuePair<string, object?>("kind", settings.Kind);
    }

    public DropCount Drops { get; }

    /// <summary>Gets how many values wait.</summary>
    public int Waiting => _queue.Count;

    /// <summary>Takes a value; false when it was dropped.</summary>
    public bool TryWrite(in TItem item)
    {
        if (_queue.TryWrite(item))
        {
            return true;
        }

        Drops.Add(1, _queue.IsClosed ? DropCount.Stopped : DropCount.Full);
        return false;
    }

    public void Start()
    {
        lock (_lifecycle)
        {
            _running ??= _stopping is null ? Task.Run(RunAsync) : null;
        }
    }

    /// <summary>Completes when all that was taken before is written.</summary>
    public Task FlushAsync()
    {
        var own = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var flush = Interlocked.CompareExchange(ref _flush, own, null);
        _queue.Wake();
        if (_queue.IsClosed)
        {
            // Looked at after the request is placed: a stop that came in between may not see it any more.
            return StopAsync();
        }

        return flush is null ? own.Task : FlushAgainAsync(flush.Task);
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
        _abandoned.Dispose();
    }

    /// <summary>The one under way may have begun before the caller's values came.</summary>
    private async Task FlushAgainAsync(Task earlier)
    {
        await earlier.ConfigureAwait(false);
        await FlushAsync().ConfigureAwait(false);
    }

    private async Task StopOnceAsync()
    {
        _queue.Close();
        if (_running is { } running)
        {
            using var limit = new CancellationTokenSource(_options.ShutdownTimeout, _time);
            await using var registration = limit.Token.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), _abandoned).ConfigureAwait(false);
            await running.ConfigureAwait(false);
        }

        var lost = _batch.Count + _queue.Count;
        if (lost > 0)
        {
            Drops.Add(lost, DropCount.Stopped);
        }

        Drops.Warn(atOnce: true);
        Interlocked.Exchange(ref _flush, null)?.TrySetResult();
    }

    private async Task RunAsync()
    {
        try
        {
            while (!_queue.IsClosed || _queue.Count > 0)
            {
                await _queue.WaitAsync(_settings.MaxDelay, _time).ConfigureAwait(false);
                var flush = Volatile.Read(ref _flush);
                await DrainAsync().ConfigureAwait(false);
                Drops.Warn();
                if (flush is not null)
                {
                    Interlocked.CompareExchange(ref _flush, null, flush);
                    flush.TrySetResult();
                }
            }
        }
        catch (Exception) when (_abandoned.IsCancellationRequested)
        {
            // The time to stop is over; what is left is counted by whoever stops.
        }
    }

    private async Task DrainAsync()
    {
        // Only what was there at the start, or steady traffic would keep a flush waiting.
        for (var rest = _queue.Count; rest > 0;)
        {
            while (_batch.Count < _settings.BatchSize && rest > 0 && _queue.TryRead(out var item))
            {
                _batch.Add(_map(item));
                rest--;
            }

            if (_batch.Count == 0)
            {
                // Counted, but not yet in the queue: its writer is between the two.
                await Task.Yield();
                continue;
            }

            await _rows.RunAsync(_batch, () => Drops.Warn(), _abandoned.Token).ConfigureAwait(false);
        }
    }

    private async ValueTask WriteAsync(IReadOnlyList<TRow> rows, CancellationToken cancellationToken)
    {
        await _write(rows, cancellationToken).ConfigureAwait(false);
        _instruments.Written.Add(rows.Count, _tag);
    }
}
