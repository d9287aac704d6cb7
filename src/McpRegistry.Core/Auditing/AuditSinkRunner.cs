using McpRegistry.Tenancy;
using McpRegistry.Writers;
using Microsoft.Extensions.Logging;

namespace McpRegistry.Auditing;

/// <summary>
/// Brings one sink what it has not got. It reads what is committed, so nobody waits for it. Whoever holds the position of a tenant
/// delivers; the position rises after the delivery, so that a crash in between repeats rows and leaves none out.
/// </summary>
internal sealed class AuditSinkRunner(
    IAuditSink sink, IAuditSinkStore positions, IAuditStore trail, AuditOptions options, WriterOptions writers, TimeProvider time, ILogger log)
{
    private const int TenantsAtOnce = 1_000;

    /// <summary>Then other tenants have their turn.</summary>
    private const int BatchesAtOnce = 20;

    /// <summary>How much longer than a delivery may take a position is held: for the reads and the write around it.</summary>
    private static readonly TimeSpan Reserve = TimeSpan.FromSeconds(30);

    private readonly Guid _holder = Guid.CreateVersion7();
    private readonly Dictionary<TenantId, BackOff> _failing = [];
    private Task _delivering = Task.CompletedTask;

    /// <summary>Works until it is cancelled. A store that fails is asked again, with growing waits.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var backOff = new BackOff(writers);
        while (true)
        {
            var wait = options.SinkInterval;
            try
            {
                wait = await RunOnceAsync(cancellationToken).ConfigureAwait(false) ? TimeSpan.Zero : wait;
                backOff = new BackOff(writers);
            }
            catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
            {
                wait = backOff.Next();
                log.SinkStoreFailed(exception, sink.Name, wait);
            }

            await Task.Delay(wait, time, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Gives each tenant that is behind a turn; false when there was nothing to deliver.</summary>
    public async Task<bool> RunOnceAsync(CancellationToken cancellationToken)
    {
        // A delivery that goes on after its time is over must not be met by the next one: the sink was promised one at a time.
        if (!_delivering.IsCompleted)
        {
            return false;
        }

        var delivered = false;
        foreach (var tenant in await positions.FindBehindAsync(sink.Name, time.GetUtcNow(), TenantsAtOnce, cancellationToken).ConfigureAwait(false))
        {
            delivered |= await ServeAsync(tenant, cancellationToken).ConfigureAwait(false);
            if (!_delivering.IsCompleted)
            {
                return false;
            }
        }

        return delivered;
    }

    private async Task<bool> ServeAsync(TenantId tenant, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var position = await positions.TryHoldAsync(tenant, sink.Name, _holder, now, EndOfHold(now), cancellationToken).ConfigureAwait(false);
        if (position is not { } at)
        {
            return false;
        }

        try
        {
            return await ServeAsync(tenant, at, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The host stops; another one need not wait for the end of the hold.
            await positions.AdvanceAsync(tenant, sink.Name, _holder, at, time.GetUtcNow(), CancellationToken.None).ConfigureAwait(false);
            throw;
        }
    }

    private async Task<bool> ServeAsync(TenantId tenant, long position, CancellationToken cancellationToken)
    {
        for (var batch = 1; ; batch++)
        {
            var (rows, next, isEnd) = await ReadAsync(tenant, position, cancellationToken).ConfigureAwait(false);
            if (rows.Count > 0 && await TryDeliverAsync(tenant, rows, cancellationToken).ConfigureAwait(false) is { } delay)
            {
                await NoteAsync(tenant, position, time.GetUtcNow() + delay, cancellationToken).ConfigureAwait(false);
                return batch > 1;
            }

            // Delivered is delivered: to note it is worth the moment that a stopping host waits.
            var now = time.GetUtcNow();
            var isLast = isEnd || batch == BatchesAtOnce;
            if (!await NoteAsync(tenant, next, isLast ? now : EndOfHold(now), CancellationToken.None).ConfigureAwait(false) || isLast)
            {
                return true;
            }

            position = next;
        }
    }

    /// <summary>Reads up to the head only: a row that somebody put in beyond it must not take the position there.</summary>
    private async Task<(IReadOnlyList<ChainedAuditEvent> Rows, long Next, bool IsEnd)> ReadAsync(
        TenantId tenant, long position, CancellationToken cancellationToken)
    {
        var head = await trail.FindHeadAsync(tenant, cancellationToken).ConfigureAwait(false);
        var last = Math.Max(head?.Sequence ?? 0, position);
        var page = await trail.ReadChainAsync(tenant, position, null, options.SinkBatchSize, cancellationToken).ConfigureAwait(false);
        var rows = page.Where(row => row.Sequence <= last).ToArray();
        var isEnd = page.Count < options.SinkBatchSize || rows.Length < page.Count;
        return (rows, isEnd ? last : rows[^1].Sequence, isEnd);
    }

    /// <summary>Delivers; otherwise tells how long to wait.</summary>
    private async Task<TimeSpan?> TryDeliverAsync(TenantId tenant, IReadOnlyList<ChainedAuditEvent> rows, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(options.SinkTimeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            // Apart, since a sink may hear its token late or never, and may even block the thread.
            _delivering = Task.Run(() => sink.DeliverAsync(tenant, rows, both.Token).AsTask(), CancellationToken.None);
            await _delivering.WaitAsync(both.Token).ConfigureAwait(false);
            if (_failing.Remove(tenant))
            {
                log.SinkRecovered(sink.Name, tenant);
            }

            return null;
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            var backOff = _failing.TryGetValue(tenant, out var known) ? known : new BackOff(writers);
            var delay = backOff.Next();
            _failing[tenant] = backOff;
            log.SinkFailed(exception, sink.Name, rows.Count, tenant, delay);
            if (!_delivering.IsCompleted)
            {
                log.SinkDeaf(sink.Name, tenant);
            }

            return delay;
        }
    }

    private async Task<bool> NoteAsync(TenantId tenant, long position, DateTimeOffset until, CancellationToken cancellationToken)
    {
        var noted = await positions.AdvanceAsync(tenant, sink.Name, _holder, position, until, cancellationToken).ConfigureAwait(false);
        if (!noted)
        {
            log.SinkOvertaken(sink.Name, tenant);
        }

        return noted;
    }

    private DateTimeOffset EndOfHold(DateTimeOffset now) => now + options.SinkTimeout + Reserve;
}
