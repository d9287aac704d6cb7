namespace McpRegistry.Maintenance;

/// <summary>
/// What retention may delete from the store. A custom store implements it to take part; one that bounds its logs by itself
/// offers no table.
/// </summary>
public interface IRetentionTarget
{
    /// <summary>Gets the tables that policies may name, and no others.</summary>
    IReadOnlyList<RetentionTable> Tables { get; }

    /// <summary>Counts the rows of a selection.</summary>
    /// <param name="selection">Which rows.</param>
    /// <param name="cancellationToken">Cancels the read.</param>
    /// <returns>How many there are.</returns>
    /// <exception cref="ArgumentException">The selection names what <see cref="Tables"/> does not offer.</exception>
    ValueTask<long> CountAsync(RetentionSelection selection, CancellationToken cancellationToken);

    /// <summary>Deletes some rows of a selection in one short transaction; no revision rises.</summary>
    /// <param name="selection">Which rows.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="cancellationToken">Cancels the write; rows are then deleted together or not at all.</param>
    /// <returns>How many went; fewer than <paramref name="limit"/> only when none is left.</returns>
    /// <exception cref="ArgumentException">The selection names what <see cref="Tables"/> does not offer.</exception>
    ValueTask<int> DeleteAsync(RetentionSelection selection, int limit, CancellationToken cancellationToken);
}
