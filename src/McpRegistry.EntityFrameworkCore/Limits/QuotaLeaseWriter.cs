using McpRegistry.EntityFrameworkCore.Storage;
using McpRegistry.Limits;
using McpRegistry.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace McpRegistry.EntityFrameworkCore.Limits;

/// <summary>
/// Leases in three statements of one transaction. The first writes, so that the row is locked before it is read: what is
/// computed from it holds until the commit.
/// </summary>
internal static class QuotaLeaseWriter
{
    /// <summary>Leases of a window that is there; null when it is not.</summary>
    public static async Task<QuotaGrant?> LeaseAsync(
        RegistryDbContext context, TenantId tenant, QuotaWindow window, QuotaDemand demand, CancellationToken cancellationToken)
    {
        var rows = Window(context, tenant, window);
        var found = await rows
            .ExecuteUpdateAsync(
                set => set
                    .SetProperty(x => x.Spent, x => x.Epoch == demand.Epoch ? x.Spent + demand.Spent + demand.Debt : x.Spent + demand.Debt)
                    .SetProperty(x => x.Leased, x => x.Leased + demand.Debt),
                cancellationToken)
            .ConfigureAwait(false);
        if (found == 0)
        {
            return null;
        }

        var row = await rows.AsNoTracking().SingleAsync(cancellationToken).ConfigureAwait(false);
        var granted = demand.TakeFrom(demand.Limit - row.Leased);
        if (granted > 0)
        {
            await rows
                .ExecuteUpdateAsync(set => set.SetProperty(x => x.Leased, x => x.Leased + granted), cancellationToken)
                .ConfigureAwait(false);
        }

        return new QuotaGrant(granted, row.Epoch, Math.Max(0, demand.Limit - row.Leased - granted), Math.Max(0, row.Leased - row.Spent));
    }

    /// <summary>Adds a window; another replica may have been faster, which is as good.</summary>
    public static async Task<bool> AddAsync(
        RegistryDatabase database, RegistryDbContext context, TenantId tenant, QuotaWindow window, CancellationToken cancellationToken)
    {
        var row = new QuotaWindowEntity
        {
            Id = Guid.CreateVersion7(window.StartsAt),
            TenantId = tenant.Value,
            SubjectId = window.Subject,
            Period = window.Period,
            StartsAt = StoredTime.Normalize(window.StartsAt),
            Epoch = 1,
        };
        context.Add(row);
        try
        {
            await context.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (DbUpdateException exception) when (database.FindConflict(context, exception) is not null)
        {
            return false;
        }
    }

    public static IQueryable<QuotaWindowEntity> Window(RegistryDbContext context, TenantId tenant, QuotaWindow window)
    {
        var starts = StoredTime.Normalize(window.StartsAt);
        return context.QuotaWindows.Where(x =>
            x.TenantId == tenant.Value && x.SubjectId == window.Subject && x.Period == window.Period && x.StartsAt == starts);
    }
}
