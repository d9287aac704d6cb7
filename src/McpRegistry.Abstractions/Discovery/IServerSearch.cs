using McpRegistry.Tenancy;

namespace McpRegistry.Discovery;

/// <summary>
/// Finds servers in the store. It answers every question by itself and is what a host falls back to when it has no index
/// in memory. Implementations are thread-safe singletons; infrastructure failures are thrown.
/// </summary>
public interface IServerSearch
{
    /// <summary>Finds one page of the servers that a tenant may see and that meet every condition of a query.</summary>
    /// <remarks>
    /// A tenant sees its own servers, those of <see cref="TenantId.Global"/>, and the public ones of all others. Of these, a
    /// private server is seen by its owner only, who must be the <see cref="ServerQuery.Viewer"/>.
    /// <para>
    /// It is for code of the host: no route, MCP method or tool of the gateway asks it. It knows neither access rules nor the bounds of API
    /// keys, so whoever shows its answers to callers must first leave out what the caller may not use; the lists of the gateway do that.
    /// </para>
    /// </remarks>
    /// <param name="tenant">Who asks.</param>
    /// <param name="query">The conditions, the order and the page.</param>
    /// <param name="cancellationToken">Cancels the search.</param>
    /// <returns>The page; empty when nothing fits.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The limit is not within 1 to 1,000.</exception>
    /// <exception cref="ArgumentException">The position belongs to another order than that of the query.</exception>
    ValueTask<ServerPage> FindAsync(TenantId tenant, ServerQuery query, CancellationToken cancellationToken);
}
