using System.Text.Json;
using McpRegistry.Storage;
using McpRegistry.Tenancy;

namespace McpRegistry.Maintenance;

internal sealed class InMemoryRetentionPolicyStore(InMemoryDatabase database) : IRetentionPolicyStore
{
    private readonly Dictionary<Guid, RetentionPolicy> _policies = [];

    public ValueTask<StoreResult<RetentionPolicy>> AddAsync(RetentionPolicy policy, CancellationToken cancellationToken) =>
        database.RunAsync(() =>
        {
            var added = Normalize(policy) with { Version = 1 };
            return _policies.ContainsKey(policy.Id)
                ? StoreResult<RetentionPolicy>.Conflict("id")
                : IsTaken_NeedsLock(policy)
                    ? StoreResult<RetentionPolicy>.Conflict("name")
                    : Save_NeedsLock(added);
        }, cancellationToken);

    public ValueTask<StoreResult<RetentionPolicy>> UpdateAsync(RetentionPolicy policy, CancellationToken cancellationToken) =>
        database.RunAsync(() =>
        {
            var wanted = Normalize(policy);
            if (!_policies.TryGetValue(policy.Id, out var stored))
            {
                return StoreResult<RetentionPolicy>.NotFound();
            }

            if (stored.Version != policy.Version)
            {
                return StoreResult<RetentionPolicy>.Stale();
            }

            return IsTaken_NeedsLock(policy)
                ? StoreResult<RetentionPolicy>.Conflict("name")
                : Save_NeedsLock(wanted with
                {
                    CreatedAt = stored.CreatedAt,
                    LastRun = stored.LastRun,
                    NextRun = null,
                    TotalDeleted = stored.TotalDeleted,
                    LastDeletedCount = stored.LastDeletedCount,
                    AverageRunMilliseconds = stored.AverageRunMilliseconds,
                    Version = stored.Version + 1,
                });
        }, cancellationToken);

    public ValueTask<bool> DeleteAsync(Guid id, CancellationToken cancellationToken) => database.RunAsync(() =>
    {
        var found = _policies.Remove(id);
        if (found)
        {
            database.Record_NeedsLock(
                TenantId.Global, RegistryChangeKind.RetentionPolicy, id, RegistryChangeOperation.Deleted);
        }

        return found;
    }, cancellationToken);

    public ValueTask<RetentionPolicy?> FindAsync(Guid id, CancellationToken cancellationToken) =>
        database.RunAsync(() => _policies.GetValueOrDefault(id), cancellationToken);

    public ValueTask<IReadOnlyList<RetentionPolicy>> ListAsync(CancellationToken cancellationToken) =>
        database.RunAsync<IReadOnlyList<RetentionPolicy>>(
            () => [.. _policies.Values.OrderBy(policy => policy.Name, StringComparer.Ordinal)], cancellationToken);

    public ValueTask<bool> TryClaimAsync(Guid id, DateTimeOffset now, DateTimeOffset nextRun, CancellationToken cancellationToken) =>
        database.RunAsync(() => Change_NeedsLock(
            id,
            policy => policy.IsActive && !(policy.NextRun > StoredTime.Normalize(now)),
            policy => policy with { NextRun = StoredTime.Normalize(nextRun) }), cancellationToken);

    public ValueTask<bool> RecordRunAsync(
        Guid id, DateTimeOffset startedAt, long deleted, TimeSpan duration, CancellationToken cancellationToken) =>
        database.RunAsync(() => Change_NeedsLock(
            id,
            _ => true,
            policy => policy with
            {
                LastRun = StoredTime.Normalize(startedAt),
                LastDeletedCount = deleted,
                TotalDeleted = policy.TotalDeleted + deleted,
                AverageRunMilliseconds = policy.AverageRunMilliseconds is { } average
                    ? (average * 4 + duration.TotalMilliseconds) / 5
                    : duration.TotalMilliseconds,
            }), cancellationToken);

    private static RetentionPolicy Normalize(RetentionPolicy policy)
    {
        using var conditions = JsonDocument.Parse(policy.Conditions);
        return policy with
        {
            LastRun = StoredTime.Normalize(policy.LastRun),
            NextRun = StoredTime.Normalize(policy.NextRun),
            CreatedAt = StoredTime.Normalize(policy.CreatedAt),
            UpdatedAt = StoredTime.Normalize(policy.UpdatedAt),
        };
    }

    private bool IsTaken_NeedsLock(RetentionPolicy policy) =>
        _policies.Values.Any(other => other.Id != policy.Id && string.Equals(other.Name, policy.Name, StringComparison.Ordinal));

    private StoreResult<RetentionPolicy> Save_NeedsLock(RetentionPolicy policy)
    {
        _policies[policy.Id] = policy;
        database.Record_NeedsLock(TenantId.Global, RegistryChangeKind.RetentionPolicy, policy.Id);
        return StoreResult<RetentionPolicy>.Success(policy);
    }

    private bool Change_NeedsLock(Guid id, Func<RetentionPolicy, bool> applies, Func<RetentionPolicy, RetentionPolicy> change)
    {
        if (!_policies.TryGetValue(id, out var policy) || !applies(policy))
        {
            return false;
        }

        _policies[id] = change(policy);
        return true;
    }
}
