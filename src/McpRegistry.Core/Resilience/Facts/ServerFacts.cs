namespace McpRegistry.Resilience;

/// <summary>What this replica sees of one server.</summary>
/// <param name="Queue">The calls that wait.</param>
/// <param name="Pools">The connections to each endpoint, in the order of the server.</param>
internal sealed record ServerFacts(RequestQueueSnapshot Queue, IReadOnlyList<ConnectionPoolSnapshot> Pools)
{
    /// <summary>Tells whether nothing but the time of the look differs.</summary>
    public bool SaysSame(ServerFacts other) =>
        Queue with { SeenAt = other.Queue.SeenAt } == other.Queue
        && Pools.Count == other.Pools.Count
        && Pools.Zip(other.Pools).All(static pair => pair.First with { SeenAt = pair.Second.SeenAt } == pair.Second);
}
