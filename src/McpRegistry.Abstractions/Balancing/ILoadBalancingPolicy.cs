using McpRegistry.Servers;

namespace McpRegistry.Balancing;

/// <summary>
/// A way of spreading the calls of a server over its endpoints. A host adds its own by registering it as a singleton of this type;
/// one with the name of a policy that exists takes its place.
/// </summary>
public interface ILoadBalancingPolicy
{
    /// <summary>Gets the name by which options and routing rules choose the policy, compared with case.</summary>
    string Name { get; }

    /// <summary>Creates what chooses among the endpoints of one server, from its registration until its endpoints change.</summary>
    /// <param name="server">The server, which has two or more endpoints.</param>
    /// <param name="seed">Where pseudo-random numbers may begin: another one for each server and each start of the host.</param>
    /// <returns>A balancer that keeps its state to itself.</returns>
    ILoadBalancer Create(RegisteredServer server, ulong seed);
}
