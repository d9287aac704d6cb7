using McpRegistry.EntityFrameworkCore.Servers;
using McpRegistry.EntityFrameworkCore.Storage;

namespace McpRegistry.EntityFrameworkCore.Resilience;

/// <summary>What one replica last saw of its waiting calls to one server.</summary>
internal sealed class RequestQueueEntity : IServerChild, IHasId
{
    public Guid Id { get; set; }

    public Guid TenantId { get; set; }

    public Guid ServerId { get; set; }

    public required string Instance { get; set; }

    public int MaxSize { get; set; }

    public long ProcessingTimeoutMs { get; set; }

    public int PriorityLevels { get; set; }

    public int CurrentSize { get; set; }

    public int ProcessingCount { get; set; }

    public bool IsAcceptingRequests { get; set; }

    public DateTimeOffset? LastProcessed { get; set; }

    public long TotalEnqueued { get; set; }

    public long TotalProcessed { get; set; }

    public long TotalTimeouts { get; set; }

    public long TotalErrors { get; set; }

    public double? AvgProcessingTimeMs { get; set; }

    public double? AvgWaitTimeMs { get; set; }

    public DateTimeOffset UpdatedAt { get; set; }
}
