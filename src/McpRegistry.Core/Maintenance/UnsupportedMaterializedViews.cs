namespace McpRegistry.Maintenance;

/// <summary>For stores without SQL: a definition can be registered and nothing comes of it.</summary>
internal sealed class UnsupportedMaterializedViews : IMaterializedViews
{
    private static readonly MaterializedViewResult NotSupported = new(MaterializedViewOutcome.NotSupported);

    public IReadOnlyList<MaterializedViewDefinition> Shipped => [];

    public ValueTask<MaterializedViewResult> CreateAsync(Guid id, CancellationToken cancellationToken) => new(NotSupported);

    public ValueTask<MaterializedViewResult> RefreshAsync(Guid id, CancellationToken cancellationToken) => new(NotSupported);

    public ValueTask<MaterializedViewResult> DropAsync(Guid id, CancellationToken cancellationToken) => new(NotSupported);

    public ValueTask<bool> HasNewRowsAsync(MaterializedViewDefinition view, CancellationToken cancellationToken) => new(false);
}
