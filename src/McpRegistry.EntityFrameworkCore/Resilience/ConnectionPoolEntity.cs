using McpRegistry.EntityFrameworkCore.Servers;
using McpRegistry.EntityFrameworkCore.Storage;
using McpRegistry.Servers;

namespace McpRegistry.EntityFrameworkCore.Resilience;

/// <summary>What one replica last saw of its connections to one endpoint.</summary>
internal sealed class ConnectionPoolEntity : IServerChild, IHasId
{
    public Guid Id { get; set; }

    public Guid TenantId { get; set; }

    public Guid ServerId { get; set; }

    public Guid EndpointId { get; set; }

    public required string Instance { get; set; }

    public TransportKind TransportType { get; set; }

    public int MaxSize { get; set; }

    public int MinSize { get; set; }

    public long TimeoutMs { get; set; }

    public long IdleTimeoutMs { get; set; }

    public int ActiveConnections { get; set; }

    public int IdleConnections { get; set; }

    public int PendingRequests { get; set; }

    public bool IsHealthy { get; set; }

    public DateTimeOffset? LastHealthCheck { get; set; }

    public long TotalConnectionsCreated { get; set; }

    public long TotalConnectionsClosed { get; set; }

    public long ConnectionErrors { get; set; }

    public double? AvgConnectionTimeMs { get; set; }

    public DateTimeOffset UpdatedAt { get; set; }
}
