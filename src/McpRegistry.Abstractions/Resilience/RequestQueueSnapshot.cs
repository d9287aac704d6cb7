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

    /// <summary>Gets how long a call may take, its wait included, kept in whole milliseconds; a tool may have another time, and a caller ask for less.</summary>
    public TimeSpan ProcessingTimeout { get; init; }

    /// <summary>Gets how many priorities there are.</summary>
    public int PriorityLevels { get; init; }

    /// <summary>Gets how many calls waited.</summary>
    public int CurrentSize { get; init; }

    /// <summary>Gets how many calls ran.</summary>
    public int ProcessingCount { get; init; }

    /// <summary>Gets a value that tells whether further calls were taken: the server was on, not in maintenance, and there was room to run or to wait.</summary>
    public bool IsAccepting { get; init; }

    /// <summary>Gets when a call that had waited last got its turn, UTC; null before the first time.</summary>
    public DateTimeOffset? LastProcessed { get; init; }

    /// <summary>Gets how many calls had to wait since the replica supervises the server.</summary>
    public long TotalEnqueued { get; init; }

    /// <summary>Gets how many exchanges with the server have ended, those of repeated calls included, since the replica connected it as it is defined now.</summary>
    public long TotalProcessed { get; init; }

    /// <summary>Gets how many calls waited until their time was over, since the replica supervises the server.</summary>
    public long TotalTimeouts { get; init; }

    /// <summary>Gets how many of <see cref="TotalProcessed"/> failed by the fault of the server.</summary>
    public long TotalErrors { get; init; }

    /// <summary>Gets how long the server took to answer, the mean in milliseconds, over a decaying window; null while nothing is known.</summary>
    public double? AverageProcessingMilliseconds { get; init; }

    /// <summary>Gets how long the calls waited that had to wait and got their turn, the mean in milliseconds; null before the first.</summary>
    public double? AverageWaitMilliseconds { get; init; }
}
