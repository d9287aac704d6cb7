using McpRegistry.Auditing;
using McpRegistry.EntityFrameworkCore.Storage;
using McpRegistry.Limits;
using McpRegistry.Storage;
using McpRegistry.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace McpRegistry.EntityFrameworkCore.Limits;

internal sealed class EntityFrameworkQuotaStore(RegistryDatabase database) : IQuotaStore
{
    public async ValueTask<QuotaGrant> LeaseAsync(TenantId tenant, QuotaWindow window, QuotaDemand demand, CancellationToken cancellationToken)
    {
        while (true)
        {
            var grant = await database
                .WriteQuietlyAsync((context, token) => QuotaLeaseWriter.LeaseAsync(context, tenant, window, demand, token), cancellationToken)
                .ConfigureAwait(false);
            if (grant is { } given)
            {
                return given;
            }

            await database
                .WriteQuietlyAsync((context, token) => QuotaLeaseWriter.AddAsync(database, context, tenant, window, token), cancellationToken)
                .ConfigureAwait(false);
        }
    }

    public ValueTask SettleAsync(IReadOnlyCollection<QuotaSettlement> settlements, CancellationToken cancellationToken) =>
        database.WriteQuietlyAsync(
            async (RegistryDbContext context, CancellationToken token) =>
            {
                // In one order, so that the reports of two replicas wait for each other instead of crosswise.
                foreach (var entry in settlements.OrderBy(static entry => entry.Tenant.Value).ThenBy(static entry => entry.Window.Subject).ThenBy(static entry => entry.Window.Period))
                {
                    await SettleAsync(context, entry, token).ConfigureAwait(false);
                }
            },
            cancellationToken);

    public async ValueTask<QuotaUse?> FindAsync(TenantId tenant, QuotaWindow window, CancellationToken cancellationToken) =>
        await database
            .FindAsync<QuotaWindowEntity, QuotaWindowEntity>(
                context => QuotaLeaseWriter.Window(context, tenant, window), static row => row, cancellationToken)
            .ConfigureAwait(false) is { } row
                ? new QuotaUse(row.Leased, row.Spent, row.Epoch)
                : null;

    public async ValueTask RecallAsync(TenantId tenant, Guid subject, CancellationToken cancellationToken) =>
        await database
            .WriteAsync(
                new RowWrite(tenant, RegistryChangeKind.QuotaRecall, subject),
                static (_, _) => Task.FromResult(StoreResult<Guid>.Success(Guid.Empty)),
                cancellationToken)
            .ConfigureAwait(false);

    public async ValueTask<int> ResetAsync(TenantId tenant, Guid subject, AuditEvent? audit, CancellationToken cancellationToken)
    {
        var result = await database
            .WriteAsync(
                new RowWrite(tenant, RegistryChangeKind.LimitReset, subject) { Audit = audit },
                async (context, token) => StoreResult<int>.Success(await context.QuotaWindows
                    .Where(x => x.TenantId == tenant.Value && x.SubjectId == subject)
                    .ExecuteUpdateAsync(
                        set => set
                            .SetProperty(x => x.Leased, 0)
                            .SetProperty(x => x.Spent, 0)
                            .SetProperty(x => x.Epoch, x => x.Epoch + 1),
                        token)
                    .ConfigureAwait(false)),
                cancellationToken)
            .ConfigureAwait(false);
        return result.Value;
    }

    public ValueTask<int> DeleteEndedAsync(DateTimeOffset startedBefore, int batch, CancellationToken cancellationToken)
    {
        PageSize.Check(batch);
        var before = startedBefore.ToUniversalTime();
        return database.WriteQuietlyAsync(
            (context, token) => context.QuotaWindows
                .Where(x => context.QuotaWindows.Where(old => old.StartsAt < before).OrderBy(old => old.StartsAt).Take(batch).Select(old => old.Id).Contains(x.Id))
                .ExecuteDeleteAsync(token),
            cancellationToken);
    }

    private static Task<int> SettleAsync(RegistryDbContext context, QuotaSettlement entry, CancellationToken cancellationToken) =>
        QuotaLeaseWriter.Window(context, entry.Tenant, entry.Window)
            .Where(x => x.Epoch == entry.Epoch && x.Leased >= entry.Returned)
            .ExecuteUpdateAsync(
                set => set
                    .SetProperty(x => x.Spent, x => x.Spent + entry.Spent)
                    .SetProperty(x => x.Leased, x => x.Leased - entry.Returned),
                cancellationToken);
}
