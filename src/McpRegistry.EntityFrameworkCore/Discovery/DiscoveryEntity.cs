using McpRegistry.Discovery;
using McpRegistry.EntityFrameworkCore.Servers;
using McpRegistry.Servers;

namespace McpRegistry.EntityFrameworkCore.Discovery;

/// <summary>The last report of a server, apart from its items.</summary>
internal sealed class DiscoveryEntity : IServerChild
{
    public Guid TenantId { get; set; }

    public Guid ServerId { get; set; }

    public ServerHealth HealthStatus { get; set; }

    public DateTimeOffset CompletedAt { get; set; }

    public long DurationMicroseconds { get; set; }

    public DiscoveryFault[] Faults { get; set; } = [];

    public ProtocolEra? ProtocolEra { get; set; }

    public string? ProtocolVersion { get; set; }

    public byte[] ServerInfo { get; set; } = [];

    public byte[] Capabilities { get; set; } = [];

    public string? Instructions { get; set; }

    public bool HasItems { get; set; }
}
