namespace McpRegistry.Balancing;

/// <summary>Chooses the endpoints of one server for its calls. Used by many calls at once, on their way: it must neither wait nor allocate.</summary>
public interface ILoadBalancer
{
    /// <summary>Gets a value that tells whether calls of one key are to reach one endpoint; only then calls come with their key. Default false.</summary>
    bool UsesKeys => false;

    /// <summary>Chooses the endpoint for a call.</summary>
    /// <param name="candidates">The endpoints that can take it, at least two, in the order of the server; valid during this method only.</param>
    /// <param name="call">The call.</param>
    /// <returns>The index of the chosen one in <paramref name="candidates"/>.</returns>
    int Pick(ReadOnlySpan<IEndpointLoad> candidates, LoadBalancingCall call);
}
