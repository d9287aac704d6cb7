using McpRegistry.EntityFrameworkCore.Auditing;
using McpRegistry.EntityFrameworkCore.Servers;

namespace McpRegistry.EntityFrameworkCore.Storage;

/// <summary>Writes many rows at once, in the way that one database is fastest at. Needs an open transaction.</summary>
internal interface IBulkWriter
{
    /// <summary>Inserts rows of one table, past the change tracker.</summary>
    Task InsertAsync<T>(RegistryDbContext context, IReadOnlyList<T> rows, CancellationToken cancellationToken)
        where T : class;

    /// <summary>Finds those of the servers that exist, and keeps them from being deleted until the transaction ends.</summary>
    IQueryable<ServerEntity> HoldServers(RegistryDbContext context, Guid[] ids);

    /// <summary>Finds the heads of the tenants' audit chains, as they are once nobody else can extend these chains before the transaction ends.</summary>
    IQueryable<AuditChainEntity> HoldChains(RegistryDbContext context, Guid[] tenants);
}
