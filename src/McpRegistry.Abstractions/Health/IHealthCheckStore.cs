using McpRegistry.Tenancy;

namespace McpRegistry.Health;

/// <summary>Keeps the history of health checks. Implementations are thread-safe singletons; infrastructure failures are thrown.</summary>
public interface IHealthCheckStore
{
    /// <summary>
    /// Adds checks of any tenants, all of them or none; checks of servers that the named tenant does not have are skipped. So
    /// is a check whose id is stored already, so that a batch may be given again when its outcome is unknown.
    /// </summary>
    /// <param name="checks">The checks.</param>
    /// <param name="cancellationToken">Cancels the write.</param>
    /// <returns>The end of the write.</returns>
    ValueTask AppendAsync(IReadOnlyList<HealthCheckRecord> checks, CancellationToken cancellationToken);

    /// <summary>Lists the last checks of a server, newest first; among those of one time the greatest id first.</summary>
    /// <param name="tenant">The owner of the server.</param>
    /// <param name="serverId">The server.</param>
    /// <param name="limit">The most rows to return, 1 to 1,000.</param>
    /// <param name="cancellationToken">Cancels the read.</param>
    /// <returns>At most <paramref name="limit"/> checks; none for a server that the tenant does not have.</returns>
    ValueTask<IReadOnlyList<HealthCheckRecord>> ListAsync(TenantId tenant, Guid serverId, int limit, CancellationToken cancellationToken);
}
