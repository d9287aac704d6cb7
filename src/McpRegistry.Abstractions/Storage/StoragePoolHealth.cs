namespace McpRegistry.Storage;

/// <summary>A pool of connections, now and over the last hour. Utilisation is connections in use divided by the size.</summary>
public sealed record StoragePoolHealth
{
    /// <summary>Gets what the pool is for, as metrics and logs name it.</summary>
    public required string Name { get; init; }

    /// <summary>Gets the most connections, now.</summary>
    public required int Size { get; init; }

    /// <summary>Gets the connections in use, now. Briefly more than the size while a pool shrinks.</summary>
    public required int InUse { get; init; }

    /// <summary>Gets the average utilisation of the samples, 0 to 1.</summary>
    public double AverageUtilisation { get; init; }

    /// <summary>Gets the highest utilisation of a sample.</summary>
    public double PeakUtilisation { get; init; }

    /// <summary>Gets how long callers waited for a connection, on average.</summary>
    public TimeSpan AverageWait { get; init; }

    /// <summary>Gets how many samples of the last hour there are.</summary>
    public int Samples { get; init; }
}
