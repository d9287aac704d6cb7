using McpRegistry.Storage;

namespace McpRegistry.Maintenance;

/// <summary>
/// Keeps retention policies. They belong to no tenant, so their changes are told under the global one. Implementations are
/// thread-safe singletons; infrastructure failures are thrown.
/// </summary>
public interface IRetentionPolicyStore
{
    /// <summary>Adds a policy; the store sets <see cref="RetentionPolicy.Version"/> to 1.</summary>
    /// <param name="policy">The policy with id and times already set.</param>
    /// <param name="cancellationToken">Cancels the write.</param>
    /// <returns>The stored policy, or a conflict on its name or id.</returns>
    ValueTask<StoreResult<RetentionPolicy>> AddAsync(RetentionPolicy policy, CancellationToken cancellationToken);

    /// <summary>
    /// Replaces the definition and makes the policy due at once. Creation time and what the runs recorded stay; the store
    /// raises the version by one.
    /// </summary>
    /// <param name="policy">The new definition; its version must be the stored one.</param>
    /// <param name="cancellationToken">Cancels the write.</param>
    /// <returns>The stored policy, or: not found, a conflict on the name, a stale version.</returns>
    ValueTask<StoreResult<RetentionPolicy>> UpdateAsync(RetentionPolicy policy, CancellationToken cancellationToken);

    /// <summary>Deletes a policy.</summary>
    /// <param name="id">The policy.</param>
    /// <param name="cancellationToken">Cancels the write.</param>
    /// <returns>False when there is no such policy.</returns>
    ValueTask<bool> DeleteAsync(Guid id, CancellationToken cancellationToken);

    /// <summary>Finds a policy.</summary>
    /// <param name="id">The policy.</param>
    /// <param name="cancellationToken">Cancels the read.</param>
    /// <returns>The policy, or null.</returns>
    ValueTask<RetentionPolicy?> FindAsync(Guid id, CancellationToken cancellationToken);

    /// <summary>Lists all policies by name (ordinal, ascending).</summary>
    /// <param name="cancellationToken">Cancels the read.</param>
    /// <returns>The policies.</returns>
    ValueTask<IReadOnlyList<RetentionPolicy>> ListAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Takes a due run for the caller by setting the next one, so that of any number of replicas one runs. No revision
    /// rises.
    /// </summary>
    /// <param name="id">The policy.</param>
    /// <param name="now">The time at which the policy must be due.</param>
    /// <param name="nextRun">When it is due after this run.</param>
    /// <param name="cancellationToken">Cancels the write.</param>
    /// <returns>False when the policy is gone, inactive or not due (any more).</returns>
    ValueTask<bool> TryClaimAsync(Guid id, DateTimeOffset now, DateTimeOffset nextRun, CancellationToken cancellationToken);

    /// <summary>Adds a run to what the policy knows of its runs. No revision rises.</summary>
    /// <param name="id">The policy.</param>
    /// <param name="startedAt">When the run began, UTC.</param>
    /// <param name="deleted">How many rows it deleted, 0 or more.</param>
    /// <param name="duration">How long it took.</param>
    /// <param name="cancellationToken">Cancels the write.</param>
    /// <returns>False when there is no such policy.</returns>
    ValueTask<bool> RecordRunAsync(Guid id, DateTimeOffset startedAt, long deleted, TimeSpan duration, CancellationToken cancellationToken);
}
