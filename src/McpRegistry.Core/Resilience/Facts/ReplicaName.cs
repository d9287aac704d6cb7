using System.Security.Cryptography;
using McpRegistry.Gateway;
using Microsoft.Extensions.Options;

namespace McpRegistry.Resilience;

/// <summary>What this process is called among its replicas. Without a name of its own it draws one, or two replicas would write over each other.</summary>
internal sealed class ReplicaName(IOptions<GatewayOptions> options)
{
    public string Value { get; } = options.Value.InstanceName ?? Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));
}
