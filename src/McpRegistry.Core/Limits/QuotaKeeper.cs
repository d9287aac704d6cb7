using System.Collections.Concurrent;
using McpRegistry.Tenancy;

namespace McpRegistry.Limits;

/// <summary>
/// The quotas that are in use on this replica. Their number is that of the keys and tenants which called within the last
/// seconds: a counter goes when it holds nothing and nobody asks.
/// </summary>
internal sealed class QuotaKeeper(QuotaContext context) : IAsyncDisposable
{
    private const int SettlementsAtOnce = 100;

    private readonly ConcurrentDictionary<QuotaKey, QuotaCounter> _counters = new();

    public int Count => _counters.Count;

    /// <summary>Takes a call of what is leased; false when that needs the store.</summary>
    public bool TryTake(in QuotaKey key, int limit, long utcTicks, out QuotaSlice? slice)
    {
        slice = null;
        return _counters.TryGetValue(key, out var counter) && counter.TryTake(limit, utcTicks, out slice);
    }

    /// <summary>Takes a call, waiting for the store if need be.</summary>
    public async ValueTask<QuotaVerdict> TakeAsync(QuotaKey key, int limit, CancellationToken cancellationToken)
    {
        while (true)
        {
            var counter = _counters.GetOrAdd(key, static (key, context) => new QuotaCounter(key, context), context);
            var verdict = await counter.TakeAsync(limit, cancellationToken).ConfigureAwait(false);
            if (verdict.Outcome != QuotaOutcome.Gone)
            {
                return verdict;
            }
        }
    }

    /// <summary>Returns what idle quotas hold, and forgets those that nobody uses.</summary>
    public async Task SweepAsync()
    {
        await SettleAsync(_counters.Values, all: false).ConfigureAwait(false);
        var now = context.Time.GetUtcNow();
        foreach (var pair in _counters)
        {
            pair.Value.PayDebt(now);
            if (pair.Value.TryRemove(now))
            {
                _counters.TryRemove(pair);
            }
        }
    }

    /// <summary>Returns everything.</summary>
    public Task ReturnAllAsync() => SettleAsync(_counters.Values, all: true);

    /// <summary>
    /// Returns everything, once those leases have come that are on their way, and also those that come later than callers wait. After a host
    /// has returned what it held, that is all there is. A store that hangs is waited for <see cref="QuotaContext.Patience"/> in all.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        var counters = _counters.Values;
        await Task.WhenAll(counters.Select(static counter => counter.Renewal)).ConfigureAwait(false);
        Task[] late = [.. counters.Select(static counter => counter.Asked).Where(static asked => !asked.IsCompleted)];

        // Without its books, a counter returns what comes late.
        QuotaSettlement?[] rest = [.. counters.Select(static counter => counter.Reset())];
        try
        {
            await Task.WhenAll([SendAsync(rest), .. late]).WaitAsync(context.Patience, context.Time).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            context.Failed(exception);
        }
    }

    /// <summary>Returns what is held of one subject, since another replica needs it.</summary>
    public Task ReturnAsync(TenantId tenant, Guid subject) => SettleAsync(Of(tenant, subject), all: true);

    /// <summary>Forgets what is held of one subject, since its windows began anew.</summary>
    public Task ResetAsync(TenantId tenant, Guid subject) => SendAsync(Of(tenant, subject).Select(static counter => counter.Reset()));

    /// <summary>Reads what this replica has left, and has made, of the current window.</summary>
    public (int Left, long Made) Read(in QuotaKey key) =>
        _counters.TryGetValue(key, out var counter) ? counter.Read(context.Time.GetUtcNow()) : default;

    private IEnumerable<QuotaCounter> Of(TenantId tenant, Guid subject) => Enum.GetValues<QuotaPeriod>()
        .Select(period => _counters.GetValueOrDefault(new QuotaKey(tenant, subject, period)))
        .OfType<QuotaCounter>();

    private Task SettleAsync(IEnumerable<QuotaCounter> counters, bool all) => SendAsync(counters.Select(counter => counter.Settle(all)));

    /// <summary>Stops at a store that hangs. What was not taken out of the books by then comes with the next sweep.</summary>
    private async Task SendAsync(IEnumerable<QuotaSettlement?> settlements)
    {
        foreach (var chunk in settlements.OfType<QuotaSettlement>().Chunk(SettlementsAtOnce))
        {
            if (!await context.SettleAsync(chunk).ConfigureAwait(false))
            {
                return;
            }
        }
    }
}
