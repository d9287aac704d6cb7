using System.Threading.Channels;
using McpRegistry.Writers;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace McpRegistry.Auditing;

/// <summary>
/// Commits in groups: what comes while one batch is being written goes into the next, so that many callers share a commit and
/// a single one waits for nobody.
/// </summary>
internal sealed class AuditWriter : IAuditWriter, IBackgroundWriter, IAsyncDisposable
{
    private readonly Channel<PendingAudit> _waiting;
    private readonly AuditOptions _options;
    private readonly WriterOptions _writers;
    private readonly WriterInstruments _instruments;
    private readonly RowWrites<PendingAudit> _rows;
    private readonly IAuditStore? _store;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly CancellationTokenSource _abandoned = new();
    private readonly Lock _lifecycle = new();
    private readonly List<PendingAudit> _batch = [];
    private Task? _running;
    private Task? _stopping;

    public AuditWriter(
        IOptions<AuditOptions> options,
        IOptions<WriterOptions> writers,
        WriterInstruments instruments,
        TimeProvider time,
        ILogger<AuditWriter> log,
        IAuditStore? store = null)
    {
        _options = options.Value;
        _writers = writers.Value;
        _instruments = instruments;
        _time = time;
        _log = log;
        _store = store;
        _rows = new RowWrites<PendingAudit>(
            new RetryingWrite("audit_events", _writers, time, log), CommitAsync, static (pending, exception) => pending.Refuse(exception));
        _waiting = Channel.CreateBounded<PendingAudit>(new BoundedChannelOptions(_options.Capacity) { SingleReader = true });
    }

    public async ValueTask WriteAsync(AuditEvent auditEvent, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(auditEvent);
        cancellationToken.ThrowIfCancellationRequested();
        if (_store is null)
        {
            throw new InvalidOperationException("Choose a store: .UseSqlite(...), .UsePostgreSql(...) or .UseInMemory().");
        }

        var pending = new PendingAudit(auditEvent);
        try
        {
            await _waiting.Writer.WriteAsync(pending, cancellationToken).ConfigureAwait(false);
        }
        catch (ChannelClosedException)
        {
            throw PendingAudit.Lost();
        }

        var registration = cancellationToken.UnsafeRegister(static (pending, token) => ((PendingAudit)pending!).Cancel(token), pending);
        await using (registration.ConfigureAwait(false))
        {
            await pending.Committed.ConfigureAwait(false);
        }
    }

    public void Start()
    {
        lock (_lifecycle)
        {
            _running ??= _store is not null && _stopping is null ? Task.Run(RunAsync) : null;
        }
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

    private async Task StopOnceAsync()
    {
        _waiting.Writer.TryComplete();
        if (_running is { } running)
        {
            using var limit = new CancellationTokenSource(_writers.ShutdownTimeout, _time);
            await using var registration = limit.Token.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), _abandoned).ConfigureAwait(false);
            await running.ConfigureAwait(false);
        }

        while (_waiting.Reader.TryRead(out var pending))
        {
            _batch.Add(pending);
        }

        var lost = _batch.Count(pending => pending.Lose());
        if (lost > 0)
        {
            _instruments.Dropped.Add(lost, new("kind", "audit_events"), new("reason", DropCount.Stopped));
            _log.AuditLost(lost);
        }
    }

    private async Task RunAsync()
    {
        try
        {
            while (await _waiting.Reader.WaitToReadAsync(_abandoned.Token).ConfigureAwait(false))
            {
                while (_batch.Count < _options.BatchSize && _waiting.Reader.TryRead(out var pending))
                {
                    _batch.Add(pending);
                }

                await _rows.RunAsync(_batch, failed: null, _abandoned.Token).ConfigureAwait(false);
            }
        }
        catch (Exception) when (_abandoned.IsCancellationRequested)
        {
            // The time to stop is over; whoever stops tells the callers.
        }
    }

    /// <summary>Leaves out those whose callers gave up, so that a store that is back is not busy with them.</summary>
    private async ValueTask CommitAsync(IReadOnlyList<PendingAudit> batch, CancellationToken cancellationToken)
    {
        var wanted = batch.Where(static pending => !pending.IsOver).ToArray();
        if (wanted.Length == 0)
        {
            return;
        }

        await _store!.AppendAsync([.. wanted.Select(static pending => pending.Event)], cancellationToken).ConfigureAwait(false);
        _instruments.Written.Add(wanted.Length, new KeyValuePair<string, object?>("kind", "audit_events"));
        foreach (var pending in wanted)
        {
            pending.Commit();
        }
    }
}
