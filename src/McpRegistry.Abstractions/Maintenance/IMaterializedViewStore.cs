using McpRegistry.Storage;

namespace McpRegistry.Maintenance;

/// <summary>
/// Keeps the definitions of materialised views; <see cref="IMaterializedViews"/> makes them. They belong to no tenant, so
/// their changes are told under the global one. Implementations are thread-safe singletons; infrastructure failures are
/// thrown.
/// </summary>
public interface IMaterializedViewStore
{
    /// <summary>Adds a definition; the store sets <see cref="MaterializedViewDefinition.Version"/> to 1.</summary>
    /// <param name="view">The definition with id and times already set.</param>
    /// <param name="cancellationToken">Cancels the write.</param>
    /// <returns>The stored definition, or a conflict on its name or id.</returns>
    ValueTask<StoreResult<MaterializedViewDefinition>> AddAsync(MaterializedViewDefinition view, CancellationToken cancellationToken);

    /// <summary>
    /// Replaces the definition and makes the view due at once. Name, creation time and what the refreshes recorded stay; the
    /// store raises the version by one.
    /// </summary>
    /// <param name="view">The new definition; its version must be the stored one, and its name is not looked at.</param>
    /// <param name="cancellationToken">Cancels the write.</param>
    /// <returns>The stored definition, or: not found, a stale version.</returns>
    ValueTask<StoreResult<MaterializedViewDefinition>> UpdateAsync(MaterializedViewDefinition view, CancellationToken cancellationToken);

    /// <summary>Deletes a definition. The view itself stays until <see cref="IMaterializedViews.DropAsync"/>, so drop it first.</summary>
    /// <param name="id">The definition.</param>
    /// <param name="cancellationToken">Cancels the write.</param>
    /// <returns>False when there is no such definition.</returns>
    ValueTask<bool> DeleteAsync(Guid id, CancellationToken cancellationToken);

    /// <summary>Finds a definition.</summary>
    /// <param name="id">The definition.</param>
    /// <param name="cancellationToken">Cancels the read.</param>
    /// <returns>The definition, or null.</returns>
    ValueTask<MaterializedViewDefinition?> FindAsync(Guid id, CancellationToken cancellationToken);

    /// <summary>Lists all definitions by name (ordinal, ascending).</summary>
    /// <param name="cancellationToken">Cancels the read.</param>
    /// <returns>The definitions.</returns>
    ValueTask<IReadOnlyList<MaterializedViewDefinition>> ListAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Takes a due refresh for the caller by setting the next one, so that of any number of replicas one refreshes. No
    /// revision rises.
    /// </summary>
    /// <param name="id">The definition.</param>
    /// <param name="now">The time at which the view must be due.</param>
    /// <param name="nextRefresh">When it may be refreshed again.</param>
    /// <param name="cancellationToken">Cancels the write.</param>
    /// <returns>False when the definition is gone, inactive or not due (any more).</returns>
    ValueTask<bool> TryClaimAsync(Guid id, DateTimeOffset now, DateTimeOffset nextRefresh, CancellationToken cancellationToken);

    /// <summary>Adds a refresh to what the definition knows of its refreshes. No revision rises.</summary>
    /// <param name="id">The definition.</param>
    /// <param name="refresh">What it left.</param>
    /// <param name="cancellationToken">Cancels the write.</param>
    /// <returns>False when there is no such definition.</returns>
    ValueTask<bool> RecordRefreshAsync(Guid id, MaterializedViewRefresh refresh, CancellationToken cancellationToken);
}
