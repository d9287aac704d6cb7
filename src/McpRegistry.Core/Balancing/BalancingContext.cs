using System.Security.Cryptography;
using McpRegistry.Servers;
using Microsoft.Extensions.Options;

namespace McpRegistry.Balancing;

/// <summary>What the balancing of all servers shares.</summary>
internal sealed class BalancingContext(IOptions<BalancingOptions> options, LoadBalancingPolicies policies, IEnumerable<IEndpointGate> gates, TimeProvider time)
{
    public BalancingOptions Options => options.Value;

    /// <summary>Gets what holds for single servers.</summary>
    public ServerSettings<ServerBalancingOptions> Servers { get; } = new(options.Value.Servers);

    public LoadBalancingPolicies Policies => policies;

    public IEndpointGate[] Gates { get; } = [.. gates];

    public TimeProvider Time => time;

    /// <summary>Gets what pseudo-random numbers begin by; replicas that start together must not act alike.</summary>
    public ulong Seed { get; init; } = BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong)));
}
