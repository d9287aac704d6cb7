using McpRegistry.EntityFrameworkCore.Servers;
using McpRegistry.EntityFrameworkCore.Storage;
using McpRegistry.Resilience;

namespace McpRegistry.EntityFrameworkCore.Resilience;

/// <summary>The last known state of one endpoint's breaker, so that a restart or another replica starts from it.</summary>
internal sealed class CircuitBreakerEntity : IServerChild, IHasId
{
    /// <summary>Gets or sets the id, which is that of the endpoint.</summary>
    public Guid Id { get; set; }

    public Guid TenantId { get; set; }

    public Guid ServerId { get; set; }

    public CircuitState State { get; set; }

    public string? Reason { get; set; }

    public int FailureCount { get; set; }

    public int SuccessCount { get; set; }

    public int FailureThreshold { get; set; }

    public int SuccessThreshold { get; set; }

    public long TimeoutMs { get; set; }

    public DateTimeOffset? LastFailureTime { get; set; }

    public DateTimeOffset? LastSuccessTime { get; set; }

    public DateTimeOffset LastStateChange { get; set; }

    public DateTimeOffset? NextAttempt { get; set; }

    public long TotalRequests { get; set; }

    public long TotalFailures { get; set; }

    public long TotalTimeouts { get; set; }

    /// <summary>Gets or sets which replica saw the last change.</summary>
    public string? Instance { get; set; }

    /// <summary>Gets or sets the last changes; null for none, and for rows of versions that did not keep them.</summary>
    public CircuitHistoryDocument? History { get; set; }
}
