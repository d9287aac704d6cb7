namespace McpRegistry.SoakDrill;

/// <summary>What a gateway counts of itself.</summary>
/// <param name="Sessions">Sessions of legacy clients.</param>
/// <param name="SessionStreams">Sessions whose client has its GET stream open.</param>
/// <param name="SessionFeeds">Sessions for which changes are gathered.</param>
/// <param name="ListenStreams">Streams of <c>subscriptions/listen</c>.</param>
/// <param name="SuspendedCalls">Calls that wait for the answer of a stateless client.</param>
/// <param name="Listeners">Who is told of changes of the catalogue.</param>
/// <param name="Timers">Timers that run in the process.</param>
/// <param name="HeapBytes">The managed heap, after a full collection.</param>
/// <param name="FreeBytes">What the collector holds beyond it for later: gaps between pinned blocks of a pool, and regions that are begun.</param>
/// <param name="NativeBytes">What is in use of the C library's heap.</param>
internal sealed record Census(
    int Sessions, int SessionStreams, int SessionFeeds, int ListenStreams, int SuspendedCalls, int Listeners, long Timers, long HeapBytes, long FreeBytes, long NativeBytes);
