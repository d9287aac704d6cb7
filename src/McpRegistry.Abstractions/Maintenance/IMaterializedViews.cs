namespace McpRegistry.Maintenance;

/// <summary>
/// Makes registered views in the database. For the host's code and administrators only: the query of a definition is SQL and
/// sees the rows of all tenants. Thread-safe; infrastructure failures are thrown.
/// </summary>
public interface IMaterializedViews
{
    /// <summary>Gets the definitions that come with the registry, in the SQL of the store; empty where it has no views.</summary>
    IReadOnlyList<MaterializedViewDefinition> Shipped { get; }

    /// <summary>Creates a registered view with its rows, in place of an earlier form of it.</summary>
    /// <param name="id">The definition.</param>
    /// <param name="cancellationToken">Cancels the work; the earlier form then stays.</param>
    /// <returns>What the view holds, or why it was not created.</returns>
    ValueTask<MaterializedViewResult> CreateAsync(Guid id, CancellationToken cancellationToken);

    /// <summary>Computes a created view anew. Readers see the old rows until it is done.</summary>
    /// <param name="id">The definition.</param>
    /// <param name="cancellationToken">Cancels the work; the old rows then stay.</param>
    /// <returns>What the view holds, or why it was not refreshed.</returns>
    ValueTask<MaterializedViewResult> RefreshAsync(Guid id, CancellationToken cancellationToken);

    /// <summary>Removes a view from the database. Its definition stays.</summary>
    /// <param name="id">The definition.</param>
    /// <param name="cancellationToken">Cancels the work.</param>
    /// <returns>Success, or: not found, not supported, not created.</returns>
    ValueTask<MaterializedViewResult> DropAsync(Guid id, CancellationToken cancellationToken);

    /// <summary>
    /// Tells whether the trigger tables of a created view may have been written to since its last refresh. It errs on the
    /// side of yes.
    /// </summary>
    /// <param name="view">The definition.</param>
    /// <param name="cancellationToken">Cancels the read.</param>
    /// <returns>False when there is surely nothing new, or no such view.</returns>
    ValueTask<bool> HasNewRowsAsync(MaterializedViewDefinition view, CancellationToken cancellationToken);
}
