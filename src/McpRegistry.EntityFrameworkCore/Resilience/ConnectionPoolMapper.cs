using McpRegistry.EntityFrameworkCore.Storage;
using McpRegistry.Resilience;
using McpRegistry.Tenancy;

namespace McpRegistry.EntityFrameworkCore.Resilience;

internal static class ConnectionPoolMapper
{
    public static ConnectionPoolEntity ToEntity(Guid id, TenantId tenant, ConnectionPoolSnapshot snapshot) => new()
    {
        Id = id,
        TenantId = tenant.Value,
        ServerId = snapshot.ServerId,
        EndpointId = snapshot.EndpointId,
        Instance = snapshot.Instance,
        TransportType = snapshot.Transport,
        MaxSize = snapshot.MaxSize,
        MinSize = snapshot.MinSize,
        TimeoutMs = StoredTime.ToMilliseconds(snapshot.AcquireTimeout),
        IdleTimeoutMs = StoredTime.ToMilliseconds(snapshot.IdleTimeout),
        ActiveConnections = snapshot.ActiveConnections,
        IdleConnections = snapshot.IdleConnections,
        PendingRequests = snapshot.PendingRequests,
        IsHealthy = snapshot.IsHealthy,
        LastHealthCheck = StoredTime.Normalize(snapshot.LastHealthCheck),
        TotalConnectionsCreated = snapshot.ConnectionsCreated,
        TotalConnectionsClosed = snapshot.ConnectionsClosed,
        ConnectionErrors = snapshot.ConnectionErrors,
        AvgConnectionTimeMs = FiniteMean.Check(snapshot.AverageConnectMilliseconds),
        UpdatedAt = StoredTime.Normalize(snapshot.SeenAt),
    };

    public static ConnectionPoolSnapshot ToRecord(ConnectionPoolEntity entity) => new()
    {
        ServerId = entity.ServerId,
        EndpointId = entity.EndpointId,
        Instance = entity.Instance,
        SeenAt = entity.UpdatedAt,
        Transport = entity.TransportType,
        MaxSize = entity.MaxSize,
        MinSize = entity.MinSize,
        AcquireTimeout = StoredTime.FromMilliseconds(entity.TimeoutMs),
        IdleTimeout = StoredTime.FromMilliseconds(entity.IdleTimeoutMs),
        ActiveConnections = entity.ActiveConnections,
        IdleConnections = entity.IdleConnections,
        PendingRequests = entity.PendingRequests,
        IsHealthy = entity.IsHealthy,
        LastHealthCheck = entity.LastHealthCheck,
        ConnectionsCreated = entity.TotalConnectionsCreated,
        ConnectionsClosed = entity.TotalConnectionsClosed,
        ConnectionErrors = entity.ConnectionErrors,
        AverageConnectMilliseconds = entity.AvgConnectionTimeMs,
    };
}
