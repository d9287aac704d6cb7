using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace McpRegistry.Limits;

/// <summary>What all counters share.</summary>
internal sealed class QuotaContext(
    IQuotaStore store, IOptions<LimitOptions> options, LimitInstruments instruments, TimeProvider time, ILogger<QuotaContext> logger)
{
    /// <summary>How often a caller looks whether other replicas have returned something.</summary>
    public static readonly TimeSpan RecallPoll = TimeSpan.FromMilliseconds(50);

    /// <summary>How long a quota that is used up is refused without asking the store.</summary>
    public static readonly TimeSpan RefusalMemory = TimeSpan.FromSeconds(1);

    /// <summary>How long the store is left alone after it failed.</summary>
    public static readonly TimeSpan RetryStoreAfter = TimeSpan.FromSeconds(1);

    /// <summary>Leases that follow each other faster than this are worth larger slices.</summary>
    public static readonly TimeSpan BusyWithin = TimeSpan.FromSeconds(1);

    public static readonly TimeSpan SweepInterval = TimeSpan.FromSeconds(1);

    public TimeProvider Time => time;

    /// <summary>Gets how long the store may take where no caller waits for it: what a slow one gives need not be lost.</summary>
    public TimeSpan Patience => Options.StoreTimeout * 10;

    public LimitOptions Options { get; } = options.Value;

    public IQuotaStore Store => store;

    /// <summary>Gets after how many sweeps without a call the rest of a slice is returned.</summary>
    public int IdleSweeps { get; } = Math.Max(1, (int)(options.Value.ReturnAfter / SweepInterval));

    public async Task<QuotaGrant> LeaseAsync(QuotaKey key, QuotaWindow window, QuotaDemand demand)
    {
        using var limit = new CancellationTokenSource(Patience, time);
        instruments.Leased();
        return await store.LeaseAsync(key.Tenant, window, demand, limit.Token).ConfigureAwait(false);
    }

    /// <summary>Asks the other replicas to return what they hold. Without the store they keep it until they are idle.</summary>
    public async Task RecallAsync(QuotaKey key)
    {
        using var limit = new CancellationTokenSource(Options.StoreTimeout, time);
        try
        {
            await store.RecallAsync(key.Tenant, key.Subject, limit.Token).AsTask().WaitAsync(limit.Token).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            Failed(exception);
        }
    }

    /// <summary>Reports and returns, once: what fails may have happened, and must not happen twice.</summary>
    /// <returns>False when the store did not answer in time; true when it did, be it with a failure.</returns>
    public async Task<bool> SettleAsync(IReadOnlyCollection<QuotaSettlement> settlements)
    {
        using var limit = new CancellationTokenSource(Patience, time);
        try
        {
            await store.SettleAsync(settlements, limit.Token).AsTask().WaitAsync(limit.Token).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            Failed(exception);
        }

        return !limit.IsCancellationRequested;
    }

    public void Failed(Exception exception)
    {
        instruments.StoreFailed();
        logger.StoreFailed(exception);
    }
}
