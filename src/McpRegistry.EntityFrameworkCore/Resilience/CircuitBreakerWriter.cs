using McpRegistry.EntityFrameworkCore.Servers;
using McpRegistry.EntityFrameworkCore.Storage;
using McpRegistry.Resilience;
using McpRegistry.Storage;
using McpRegistry.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace McpRegistry.EntityFrameworkCore.Resilience;

/// <summary>
/// Writes a breaker in one of two ways: quietly while its state stays, and so that all replicas notice when it changes. Each
/// way is one statement that only touches a row which it is right for, so a replica that comes in between makes it miss. Before
/// it, the row is held and its history merged into what is written.
/// </summary>
internal sealed class CircuitBreakerWriter(IDatabaseProvider provider)
{
    private readonly ServerChildInsert<CircuitBreakerEntity> _insert = new(provider, "id");

    public async Task<bool> KeepStateAsync(RegistryDbContext context, CircuitBreakerEntity wanted, CancellationToken cancellationToken) =>
        await HoldAsync(context, wanted, cancellationToken).ConfigureAwait(false)
            ? await ReplaceAsync(NotNewer(context, wanted).Where(x => x.State == wanted.State), wanted, cancellationToken).ConfigureAwait(false)
            : IsClosed(wanted) && await InsertAsync(context, wanted, cancellationToken).ConfigureAwait(false);

    public async Task<StoreResult<CircuitBreakerSnapshot>> ChangeStateAsync(
        RegistryDbContext context, CircuitBreakerEntity wanted, CancellationToken cancellationToken) =>
        (await HoldAsync(context, wanted, cancellationToken).ConfigureAwait(false)
            ? await ReplaceAsync(NotNewer(context, wanted).Where(x => x.State != wanted.State && x.State != CircuitState.Isolated), wanted, cancellationToken).ConfigureAwait(false)
            : !IsClosed(wanted) && await InsertAsync(context, wanted, cancellationToken).ConfigureAwait(false))
            ? StoreResult<CircuitBreakerSnapshot>.Success(CircuitBreakerMapper.ToRecord(wanted))
            : StoreResult<CircuitBreakerSnapshot>.NotFound();

    public async Task<StoreResult<CircuitBreakerSnapshot>> DecideAsync(RegistryDbContext context, CircuitBreakerEntity wanted, CancellationToken cancellationToken) =>
        (await HoldAsync(context, wanted, cancellationToken).ConfigureAwait(false)
            ? await ReplaceAsync(NotNewer(context, wanted), wanted, cancellationToken).ConfigureAwait(false)
            : await InsertAsync(context, wanted, cancellationToken).ConfigureAwait(false))
            ? StoreResult<CircuitBreakerSnapshot>.Success(CircuitBreakerMapper.ToRecord(wanted))
            : StoreResult<CircuitBreakerSnapshot>.NotFound();

    /// <summary>Tells why neither way touched a row; null when there is no reason left and both may be tried again.</summary>
    public static async Task<StoreResult<CircuitBreakerSnapshot>?> ExplainAsync(
        RegistryDbContext context, CircuitBreakerEntity wanted, CancellationToken cancellationToken)
    {
        var hasServer = await context.Servers
            .AnyAsync(x => x.TenantId == wanted.TenantId && x.Id == wanted.ServerId, cancellationToken)
            .ConfigureAwait(false);
        var stored = await context.CircuitBreakers
            .AsNoTracking()
            .SingleOrDefaultAsync(x => x.Id == wanted.Id, cancellationToken)
            .ConfigureAwait(false);
        return !hasServer || (stored is not null && (stored.TenantId != wanted.TenantId || stored.ServerId != wanted.ServerId))
            ? StoreResult<CircuitBreakerSnapshot>.NotFound()
            : stored?.LastStateChange > wanted.LastStateChange || IsKept(stored, wanted) ? StoreResult<CircuitBreakerSnapshot>.Stale() : null;
    }

    /// <summary>What somebody has isolated, only somebody takes back.</summary>
    private static bool IsKept(CircuitBreakerEntity? stored, CircuitBreakerEntity wanted) =>
        stored?.State == CircuitState.Isolated && wanted.State != CircuitState.Isolated;

    // An endpoint without a row counts as closed: the first row of a closed one tells nobody anything.
    private static bool IsClosed(CircuitBreakerEntity breaker) => breaker.State == CircuitState.Closed;

    private static IQueryable<CircuitBreakerEntity> NotNewer(RegistryDbContext context, CircuitBreakerEntity wanted) =>
        context.CircuitBreakers.Where(x => x.Id == wanted.Id
            && x.TenantId == wanted.TenantId
            && x.ServerId == wanted.ServerId
            && x.LastStateChange <= wanted.LastStateChange);

    private static async Task<bool> ReplaceAsync(
        IQueryable<CircuitBreakerEntity> stored, CircuitBreakerEntity wanted, CancellationToken cancellationToken) =>
        await stored
            .ExecuteUpdateAsync(
                set => set
                    .SetProperty(x => x.State, wanted.State)
                    .SetProperty(x => x.Reason, wanted.Reason)
                    .SetProperty(x => x.FailureCount, wanted.FailureCount)
                    .SetProperty(x => x.SuccessCount, wanted.SuccessCount)
                    .SetProperty(x => x.FailureThreshold, wanted.FailureThreshold)
                    .SetProperty(x => x.SuccessThreshold, wanted.SuccessThreshold)
                    .SetProperty(x => x.TimeoutMs, wanted.TimeoutMs)
                    .SetProperty(x => x.LastFailureTime, wanted.LastFailureTime)
                    .SetProperty(x => x.LastSuccessTime, wanted.LastSuccessTime)
                    .SetProperty(x => x.LastStateChange, wanted.LastStateChange)
                    .SetProperty(x => x.NextAttempt, wanted.NextAttempt)
                    .SetProperty(x => x.TotalRequests, wanted.TotalRequests)
                    .SetProperty(x => x.TotalFailures, wanted.TotalFailures)
                    .SetProperty(x => x.TotalTimeouts, wanted.TotalTimeouts)
                    .SetProperty(x => x.Instance, wanted.Instance)
                    .SetProperty(x => x.History, wanted.History),
                cancellationToken)
            .ConfigureAwait(false) > 0;

    /// <summary>Keeps others from the row until the transaction ends, and adds its history to the wanted one.</summary>
    /// <returns>Whether there is a row.</returns>
    private async Task<bool> HoldAsync(RegistryDbContext context, CircuitBreakerEntity wanted, CancellationToken cancellationToken)
    {
        if (!await context.HoldRowAsync<CircuitBreakerEntity>(provider, new TenantId(wanted.TenantId), wanted.Id, cancellationToken).ConfigureAwait(false))
        {
            return false;
        }

        var stored = await context.CircuitBreakers
            .Where(x => x.Id == wanted.Id)
            .Select(x => x.History)
            .SingleAsync(cancellationToken)
            .ConfigureAwait(false);
        if (stored is not null)
        {
            wanted.History = CircuitHistoryDocument.Of(stored.ToRecord().Merge(wanted.History?.ToRecord() ?? CircuitHistory.Empty));
        }

        return true;
    }

    private async Task<bool> InsertAsync(RegistryDbContext context, CircuitBreakerEntity wanted, CancellationToken cancellationToken) =>
        await _insert.RunAsync(context, [wanted], cancellationToken).ConfigureAwait(false) > 0;
}
