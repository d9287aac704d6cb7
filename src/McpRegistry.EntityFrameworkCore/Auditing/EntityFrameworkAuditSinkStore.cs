using McpRegistry.Auditing;
using McpRegistry.EntityFrameworkCore.Storage;
using McpRegistry.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace McpRegistry.EntityFrameworkCore.Auditing;

internal sealed class EntityFrameworkAuditSinkStore(RegistryDatabase database) : IAuditSinkStore
{
    public ValueTask<IReadOnlyList<TenantId>> FindBehindAsync(string sink, DateTimeOffset now, int limit, CancellationToken cancellationToken)
    {
        PageSize.Check(limit);
        var at = StoredTime.Normalize(now);
        return database.ListAsync(
            context => context.AuditChains
                .Where(chain => chain.Sequence > 0 && !context.AuditSinks.Any(position =>
                    position.Sink == sink && position.TenantId == chain.TenantId && (position.Sequence >= chain.Sequence || position.HeldUntil > at)))
                .OrderBy(chain => chain.TenantId)
                .Take(limit),
            static chain => new TenantId(chain.TenantId),
            cancellationToken);
    }

    public ValueTask<long?> TryHoldAsync(
        TenantId tenant, string sink, Guid holder, DateTimeOffset now, DateTimeOffset until, CancellationToken cancellationToken)
    {
        var (at, end) = (StoredTime.Normalize(now), StoredTime.Normalize(until));
        return database.WriteQuietlyAsync(
            async (context, token) =>
            {
                // Raw, since of two replicas that begin at once neither may fail. The update decides who gets it.
                await context.Database
                    .ExecuteSqlAsync(
                        $"""
                        INSERT INTO audit_sinks (sink, tenant_id, sequence, holder, held_until)
                        SELECT {sink}, {tenant.Value}, 0, {holder}, started_at FROM audit_chains WHERE tenant_id = {tenant.Value}
                        ON CONFLICT (sink, tenant_id) DO NOTHING
                        """,
                        token)
                    .ConfigureAwait(false);
                var own = Of(context, tenant, sink);
                var taken = await own
                    .Where(x => x.Holder == holder || x.HeldUntil <= at)
                    .ExecuteUpdateAsync(set => set.SetProperty(x => x.Holder, holder).SetProperty(x => x.HeldUntil, end), token)
                    .ConfigureAwait(false);
                return taken == 0 ? null : await own.Select(x => (long?)x.Sequence).SingleAsync(token).ConfigureAwait(false);
            },
            cancellationToken);
    }

    public async ValueTask<bool> AdvanceAsync(
        TenantId tenant, string sink, Guid holder, long sequence, DateTimeOffset until, CancellationToken cancellationToken)
    {
        var end = StoredTime.Normalize(until);
        var advanced = await database
            .WriteQuietlyAsync(
                (context, token) => Of(context, tenant, sink)
                    .Where(x => x.Holder == holder && x.Sequence <= sequence)
                    .ExecuteUpdateAsync(set => set.SetProperty(x => x.Sequence, sequence).SetProperty(x => x.HeldUntil, end), token),
                cancellationToken)
            .ConfigureAwait(false);
        return advanced > 0;
    }

    private static IQueryable<AuditSinkEntity> Of(RegistryDbContext context, TenantId tenant, string sink) =>
        context.AuditSinks.Where(x => x.Sink == sink && x.TenantId == tenant.Value);
}
