using McpRegistry.EntityFrameworkCore.Storage;
using McpRegistry.Maintenance;
using McpRegistry.Storage;
using McpRegistry.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace McpRegistry.EntityFrameworkCore.Maintenance;

internal sealed class EntityFrameworkRetentionPolicyStore(RegistryDatabase database) : IRetentionPolicyStore
{
    public ValueTask<StoreResult<RetentionPolicy>> AddAsync(RetentionPolicy policy, CancellationToken cancellationToken)
    {
        var entity = RetentionPolicyMapper.ToEntity(policy with { Version = 1 });
        return database.InsertAsync(Row(policy.Id), entity, RetentionPolicyMapper.ToRecord, cancellationToken);
    }

    public ValueTask<StoreResult<RetentionPolicy>> UpdateAsync(RetentionPolicy policy, CancellationToken cancellationToken)
    {
        var wanted = RetentionPolicyMapper.ToEntity(policy);
        return database.WriteAsync(Row(policy.Id), (context, token) => UpdateAsync(context, wanted, token), cancellationToken);
    }

    public ValueTask<bool> DeleteAsync(Guid id, CancellationToken cancellationToken) =>
        database.DeleteAsync(Row(id), context => context.RetentionPolicies.Where(x => x.Id == id), cancellationToken);

    public ValueTask<RetentionPolicy?> FindAsync(Guid id, CancellationToken cancellationToken) =>
        database.FindAsync(context => context.RetentionPolicies.Where(x => x.Id == id), RetentionPolicyMapper.ToRecord, cancellationToken);

    public async ValueTask<IReadOnlyList<RetentionPolicy>> ListAsync(CancellationToken cancellationToken)
    {
        var all = await database
            .ListAsync(context => context.RetentionPolicies, RetentionPolicyMapper.ToRecord, cancellationToken)
            .ConfigureAwait(false);

        // Sorted here: the databases order by UTF-8 bytes, which differs from ordinal beyond the basic plane.
        return [.. all.OrderBy(policy => policy.Name, StringComparer.Ordinal)];
    }

    public ValueTask<bool> TryClaimAsync(Guid id, DateTimeOffset now, DateTimeOffset nextRun, CancellationToken cancellationToken)
    {
        var (due, next) = (StoredTime.Normalize(now), StoredTime.Normalize(nextRun));

        // One statement: of two that find the row due, the second waits for the first and then finds it claimed.
        return database.WriteQuietlyAsync(
            async (context, token) => await context.RetentionPolicies
                .Where(x => x.Id == id && x.IsActive && (x.NextRun == null || x.NextRun <= due))
                .ExecuteUpdateAsync(set => set.SetProperty(x => x.NextRun, next), token)
                .ConfigureAwait(false) > 0,
            cancellationToken);
    }

    public ValueTask<bool> RecordRunAsync(
        Guid id, DateTimeOffset startedAt, long deleted, TimeSpan duration, CancellationToken cancellationToken)
    {
        var (started, milliseconds) = (StoredTime.Normalize(startedAt), duration.TotalMilliseconds);
        return database.WriteQuietlyAsync(
            async (context, token) => await context.RetentionPolicies
                .Where(x => x.Id == id)
                .ExecuteUpdateAsync(
                    set => set
                        .SetProperty(x => x.LastRun, started)
                        .SetProperty(x => x.LastDeletedCount, deleted)
                        .SetProperty(x => x.TotalDeleted, x => x.TotalDeleted + deleted)
                        .SetProperty(
                            x => x.AvgExecutionTimeMs,
                            x => x.AvgExecutionTimeMs == null ? milliseconds : (x.AvgExecutionTimeMs * 4 + milliseconds) / 5),
                    token)
                .ConfigureAwait(false) > 0,
            cancellationToken);
    }

    private static RowWrite Row(Guid id) => new(TenantId.Global, RegistryChangeKind.RetentionPolicy, id);

    private static async Task<StoreResult<RetentionPolicy>> UpdateAsync(
        RegistryDbContext context, RetentionPolicyEntity wanted, CancellationToken cancellationToken)
    {
        var stored = context.RetentionPolicies.Where(x => x.Id == wanted.Id);
        var rows = await stored
            .Where(x => x.Version == wanted.Version)
            .ExecuteUpdateAsync(
                set => set
                    .SetProperty(x => x.Name, wanted.Name)
                    .SetProperty(x => x.Description, wanted.Description)
                    .SetProperty(x => x.TableName, wanted.TableName)
                    .SetProperty(x => x.DateColumn, wanted.DateColumn)
                    .SetProperty(x => x.RetentionDays, wanted.RetentionDays)
                    .SetProperty(x => x.BatchSize, wanted.BatchSize)
                    .SetProperty(x => x.Conditions, wanted.Conditions)
                    .SetProperty(x => x.IsActive, wanted.IsActive)
                    .SetProperty(x => x.NextRun, (DateTimeOffset?)null)
                    .SetProperty(x => x.UpdatedAt, wanted.UpdatedAt)
                    .SetProperty(x => x.Version, x => x.Version + 1),
                cancellationToken)
            .ConfigureAwait(false);
        return await stored.AfterUpdateAsync(rows, RetentionPolicyMapper.ToRecord, cancellationToken).ConfigureAwait(false);
    }
}
