using McpRegistry.Maintenance;

namespace McpRegistry.EntityFrameworkCore.Maintenance;

/// <summary>Makes materialised views in one kind of database. What changes a view runs inside a transaction of the caller.</summary>
internal interface IViewDialect
{
    /// <summary>Gets the definitions that come with the registry; ids and times are still to be set.</summary>
    IReadOnlyList<MaterializedViewDefinition> Shipped { get; }

    /// <summary>Looks what is there, and keeps other replicas from working on the same view until the transaction ends.</summary>
    Task<ViewState> EnterAsync(RegistryDbContext context, string name, CancellationToken cancellationToken);

    /// <summary>Makes the view anew, whether or not there was an earlier form.</summary>
    Task CreateAsync(RegistryDbContext context, ViewPlan plan, CancellationToken cancellationToken);

    Task RefreshAsync(RegistryDbContext context, ViewPlan plan, CancellationToken cancellationToken);

    Task DropAsync(RegistryDbContext context, string name, CancellationToken cancellationToken);

    /// <summary>Counts the rows and, where the database tells it, the bytes.</summary>
    Task<(long Rows, long? Bytes)> MeasureAsync(RegistryDbContext context, string name, CancellationToken cancellationToken);

    /// <summary>Tells whether the trigger tables of a view that exists may have been written to since it was computed.</summary>
    Task<bool> HasNewRowsAsync(RegistryDbContext context, ViewPlan plan, CancellationToken cancellationToken);

    /// <summary>Tells what is wrong with a query where the database would not; null for nothing.</summary>
    string? FindFault(string query);

    /// <summary>Reads why the database refused a definition; null when the failure is of another kind.</summary>
    string? ReadRefusal(Exception exception);
}
