using McpRegistry.Balancing;
using McpRegistry.Discovery;
using McpRegistry.Resilience;
using McpRegistry.Upstream;

namespace McpRegistry.Snapshots;

/// <summary>Lends connections of one server.</summary>
internal interface IServerConnections
{
    /// <summary>Lends a connection that <paramref name="owner"/> may use; opens one if need be.</summary>
    /// <param name="owner">Whose state the connection may hold.</param>
    /// <param name="cancellationToken">Cancels the wait, not the opening that others may wait for.</param>
    ValueTask<LeaseResult> AcquireAsync(ISessionOwner owner, CancellationToken cancellationToken);

    /// <summary>Gets the endpoints as this replica sees them now.</summary>
    IReadOnlyList<KnownEndpoint> Endpoints => [];

    /// <summary>Describes the connections to each endpoint.</summary>
    /// <param name="instance">The name of this replica.</param>
    /// <param name="now">The time, UTC.</param>
    IReadOnlyList<ConnectionPoolSnapshot> DescribePools(string instance, DateTimeOffset now) => [];

    /// <summary>Tells over which endpoints a call would be spread, without one; null where that is not known.</summary>
    ExplainedSpread? Explain(ISessionOwner owner) => null;

    /// <summary>Tells whether an endpoint is connected, so that a call can be sent there.</summary>
    bool Reaches(Guid endpoint) => true;

    /// <summary>Tells whether circuit breakers let a new call through.</summary>
    /// <param name="endpoint">To that endpoint; null for any that takes calls.</param>
    bool Admits(Guid? endpoint) => true;

    /// <summary>Tells whether all endpoints that a new call could be sent to want to be left alone for now.</summary>
    /// <param name="endpoint">Whether that endpoint does; null for all that take calls.</param>
    bool IsHeldBack(Guid? endpoint) => false;

    /// <summary>Gets what calls wait at before they are sent; null where all go at once.</summary>
    CallGate? Gate => null;

    /// <summary>Gets the retries that the server may have; null for none.</summary>
    RetryBudget? Retries => null;

    /// <summary>Tells whether there is an endpoint for a call that it does not avoid.</summary>
    bool HasOther(ISessionOwner owner) => false;

    /// <summary>Tells whether a call that waits for one endpoint could go to another one in its place, which it does not avoid. One whose session is open is led back to that.</summary>
    /// <param name="endpoint">The one that it waits for.</param>
    /// <param name="owner">Whose call it is.</param>
    bool HasOtherThan(Guid endpoint, ISessionOwner owner) => false;

    /// <summary>Lends the sessions that are the owner's own and open already; connections that others use too are none of them.</summary>
    ValueTask<IReadOnlyList<ConnectionLease>> AcquireOpenAsync(ISessionOwner owner, CancellationToken cancellationToken);

    /// <summary>
    /// Reads the catalogue again because a call suggests that it is old, unless that was just done. Callers decide when, so
    /// they must not be able to have it read all the time.
    /// </summary>
    /// <param name="cancellationToken">Cancels the wait, not the reading.</param>
    /// <returns>The newest report; null when there is none.</returns>
    ValueTask<DiscoveryReport?> RereadAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Has the catalogue read again in the background because somebody asks for one of its lists, if nobody would tell that it changed
    /// or its time is over, and it was not just read.
    /// </summary>
    /// <param name="list">The list.</param>
    /// <param name="read">How long it holds, and since when.</param>
    void Renew(ListKinds list, in ReadHint read)
    {
    }
}
