using McpRegistry.Snapshots;

namespace McpRegistry.Watching;

/// <summary>What is ready to be sent to a client at one time.</summary>
/// <param name="Lists">The lists that changed.</param>
/// <param name="Resources">The resources that changed, each with what the server said of it; empty where it said nothing.</param>
/// <param name="Others">Whole messages of other kinds, in order.</param>
internal sealed record OutgoingNotifications(
    ListKinds Lists, IReadOnlyList<KeyValuePair<string, ReadOnlyMemory<byte>>> Resources, IReadOnlyList<ReadOnlyMemory<byte>> Others)
{
    public bool IsEmpty => Lists == ListKinds.None && Resources.Count == 0 && Others.Count == 0;
}
