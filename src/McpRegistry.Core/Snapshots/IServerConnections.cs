using McpRegistry.Discovery;
using McpRegistry.Upstream;

namespace McpRegistry.Snapshots;

/// <summary>Lends connections of one server.</summary>
internal interface IServerConnections
{
    /// <summary>Lends a connection that <paramref name="owner"/> may use; opens one if need be.</summary>
    /// <param name="owner">Whose state the connection may hold.</param>
    /// <param name="cancellationToken">Cancels the wait, not the opening that others may wait for.</param>
    ValueTask<LeaseResult> AcquireAsync(ISessionOwner owner, CancellationToken cancellationToken);

    /// <summary>Lends the sessions that are the owner's own and open already; connections that others use too are none of them.</summary>
    ValueTask<IReadOnlyList<ConnectionLease>> AcquireOpenAsync(ISessionOwner owner, CancellationToken cancellationToken);

    /// <summary>
    /// Reads the catalogue again because a call suggests that it is old, unless that was just done. Callers decide when, so
    /// they must not be able to have it read all the time.
    /// </summary>
    /// <param name="cancellationToken">Cancels the wait, not the reading.</param>
    /// <returns>The newest report; null when there is none.</returns>
    ValueTask<DiscoveryReport?> RereadAsync(CancellationToken cancellationToken);
}
