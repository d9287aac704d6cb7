namespace McpRegistry.Resilience;

/// <summary>What one replica last saw of its waiting calls to one server.</summary>
public sealed record RequestQueueSnapshot
{
    /// <summary>Gets the server. The snapshot is deleted with it.</summary>
    public required Guid ServerId { get; init; }

    /// <summary>Gets the name of the replica.</summary>
    public required string Instance { get; init; }

    /// <summary>Gets when the replica looked, UTC. A snapshot that is older than the stored one is not kept.</summary>
    public required DateTimeOffset SeenAt { get; init; }

    /// <summary>Gets how many calls may wait.</summary>
    public int MaxSize { get; init; }

    /// <summary>Gets how long a call may wait and run, kept in whole milliseconds.</summary>
    public TimeSpan ProcessingTimeout { get; init; }

    /// <summary>Gets how many priorities there are.</summary>
    public int PriorityLevels { get; init; }

    /// <summary>Gets how many calls waited.</summary>
    public int CurrentSize { get; init; }

    /// <summary>Gets how many calls ran.</summary>
    public int ProcessingCount { get; init; }

    /// <summary>Gets a value that tells whether the queue took further calls.</summary>
    public bool IsAccepting { get; init; }

    /// <summary>Gets when a call last left the queue, UTC; null before the first time.</summary>
    public DateTimeOffset? LastProcessed { get; init; }

    /// <summary>Gets how many calls entered the queue since the replica started.</summary>
    public long TotalEnqueued { get; init; }

    /// <summary>Gets how many calls ran to their end since the replica started.</summary>
    public long TotalProcessed { get; init; }

    /// <summary>Gets how many calls timed out since the replica started.</summary>
    public long TotalTimeouts { get; init; }

    /// <summary>Gets how many calls failed since the replica started.</summary>
    public long TotalErrors { get; init; }

    /// <summary>Gets how long a call ran, the mean in milliseconds; null before the first.</summary>
    public double? AverageProcessingMilliseconds { get; init; }

    /// <summary>Gets how long a call waited, the mean in milliseconds; null before the first.</summary>
    public double? AverageWaitMilliseconds { get; init; }
}
