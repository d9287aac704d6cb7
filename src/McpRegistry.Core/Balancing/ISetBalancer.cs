namespace McpRegistry.Balancing;

/// <summary>A policy that makes use of what is known of a set of candidates beforehand.</summary>
internal interface ISetBalancer : ILoadBalancer
{
    /// <summary>Chooses as for any candidates.</summary>
    /// <param name="set">At least two candidates, of which each has its whole share or all the same part of it.</param>
    /// <param name="call">The call.</param>
    /// <returns>The index of the chosen one.</returns>
    int Pick(CandidateSet set, LoadBalancingCall call);
}
