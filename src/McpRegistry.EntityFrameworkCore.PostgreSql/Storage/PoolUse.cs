using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace McpRegistry.EntityFrameworkCore.PostgreSql.Storage;

/// <summary>Tells the lease of a context when its connection is taken from the pool and returned.</summary>
internal sealed class PoolUse : DbConnectionInterceptor
{
    public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData) =>
        LeaseOf(eventData.Context)?.Opened(eventData.Duration);

    public override Task ConnectionOpenedAsync(
        DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        LeaseOf(eventData.Context)?.Opened(eventData.Duration);
        return Task.CompletedTask;
    }

    public override void ConnectionClosed(DbConnection connection, ConnectionEndEventData eventData) =>
        LeaseOf(eventData.Context)?.Closed();

    public override Task ConnectionClosedAsync(DbConnection connection, ConnectionEndEventData eventData)
    {
        LeaseOf(eventData.Context)?.Closed();
        return Task.CompletedTask;
    }

    private static PoolLease? LeaseOf(DbContext? context) => (context as RegistryDbContext)?.Lease as PoolLease;
}
