using McpRegistry.Maintenance;

namespace McpRegistry.EntityFrameworkCore.Maintenance;

/// <summary>A table that retention may delete from.</summary>
internal interface IPrunableTable
{
    RetentionTable Description { get; }

    Task<long> CountAsync(RegistryDbContext context, RetentionSelection selection, CancellationToken cancellationToken);

    Task<int> DeleteAsync(RegistryDbContext context, RetentionSelection selection, int limit, CancellationToken cancellationToken);
}
