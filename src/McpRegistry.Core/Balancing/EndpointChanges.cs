namespace McpRegistry.Balancing;

/// <summary>
/// Counts what changes at the endpoints of one server: connections, what their calls say of them, and breakers. Whoever keeps what follows from these reads the count
/// first, and looks again when it is another one.
/// </summary>
internal sealed class EndpointChanges
{
    private long _count;

    public long Count => Volatile.Read(ref _count);

    /// <summary>Notes a change that can be seen already.</summary>
    public void Add() => Interlocked.Increment(ref _count);
}
