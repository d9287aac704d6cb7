namespace McpRegistry.Maintenance;

/// <summary>For stores without SQL: a definition can be registered and nothing comes of it.</summary>
internal sealed class UnsupportedMaterializedViews : IMaterializedViews
{
    private static readonly MaterializedViewResult NotSupported = new(MaterializedViewOutcome.NotSupported);

    public IReadOnlyList<MaterializedViewDefinition> Shipped => [];

    public ValueTask<MaterializedViewResult> CreateAsync(Guid id, CancellationToken cancellationToken) => Answer(NotSupported, cancellationToken);

    public ValueTask<MaterializedViewResult> RefreshAsync(Guid id, CancellationToken cancellationToken) => Answer(NotSupported, cancellationToken);

    public ValueTask<MaterializedViewResult> DropAsync(Guid id, CancellationToken cancellationToken) => Answer(NotSupported, cancellationToken);

    public ValueTask<bool> HasNewRowsAsync(MaterializedViewDefinition view, CancellationToken cancellationToken) => Answer(false, cancellationToken);

    private static ValueTask<T> Answer<T>(T answer, CancellationToken cancellationToken) =>
        cancellationToken.IsCancellationRequested ? ValueTask.FromCanceled<T>(cancellationToken) : new(answer);
}
