using McpRegistry.Balancing;
using McpRegistry.Routing;

namespace McpRegistry.Upstream;

/// <summary>On whose behalf a connection is borrowed; decides which sessions of a legacy server it may use.</summary>
internal interface ISessionOwner
{
    /// <summary>Gets the principal; no two of them ever share state that is theirs.</summary>
    string Principal { get; }

    /// <summary>
    /// Gets a value that tells whether the owner listens to the session itself. The stream that belongs to no call is left for it to
    /// open: what a server says before anybody listens is lost.
    /// </summary>
    bool Listens => false;

    /// <summary>Gets the endpoint that it is to have where its state is at none yet; null leaves the choice to the server.</summary>
    Guid? Endpoint => null;

    /// <summary>
    /// Gets a value that tells whether the owner goes on with something that a server of the modern era has begun at <see cref="Endpoint"/>, so that no other endpoint,
    /// and none that speaks the other era by now, may be asked in its place.
    /// </summary>
    bool IsBound => false;

    /// <summary>
    /// Gets a value that tells whether any endpoint serves the owner. What belongs together without saying so, as the pages of a list, goes to
    /// the first endpoint that is there.
    /// </summary>
    bool IsBalanced => false;

    /// <summary>Gets a value that tells whether the owner has failed at an endpoint, so that others are to be asked before it.</summary>
    bool HasFailed => false;

    /// <summary>Tells whether another endpoint is to be asked before this one, where the owner has failed already.</summary>
    bool Avoids(Guid endpointId) => false;

    /// <summary>Gets the policy by which an endpoint is chosen; null for that of the options.</summary>
    string? BalancingPolicy => null;

    /// <summary>Gets how long an endpoint over a network may take to open a session for the owner before another one is asked; null for as long as it takes.</summary>
    TimeSpan? Patience => null;

    /// <summary>Gets what a legacy server is told of the client. Asked for only where it matters.</summary>
    ClientProfile Profile { get; }

    /// <summary>Gets the client's own session; null in the stateless era.</summary>
    string? SessionId { get; }

    /// <summary>Gets a token that is cancelled when that session ends.</summary>
    CancellationToken SessionEnded { get; }

    /// <summary>Gets that session, which ends with what a server keeps for it; null in the stateless era.</summary>
    IClientSession? ClientSession => null;

    /// <summary>Returns a stable hash of that of the owner by which endpoints are chosen.</summary>
    ulong HashOf(BalancingKey key) => StableHash.Of(key == BalancingKey.Session && SessionId is { } session ? session : Principal);
}
