using System.Numerics;
using McpRegistry.Snapshots;

namespace McpRegistry.Watching;

/// <summary>What is ready to be sent to a client at one time.</summary>
/// <param name="Lists">The lists that changed.</param>
/// <param name="Resources">The resources that changed, each with what the server said of it; empty where it said nothing.</param>
/// <param name="Others">Whole messages of other kinds, in order.</param>
internal sealed record OutgoingNotifications(
    ListKinds Lists, IReadOnlyList<KeyValuePair<string, ReadOnlyMemory<byte>>> Resources, IReadOnlyList<ReadOnlyMemory<byte>> Others)
{
    /// <summary>Gets how many messages the changes are, which are sent before the others.</summary>
    private int Changes => BitOperations.PopCount((uint)Lists) + Resources.Count;

    public bool IsEmpty => Lists == ListKinds.None && Resources.Count == 0 && Others.Count == 0;

    /// <summary>Returns what is to be sent again when only some messages went out: the others behind them, and all changes, for to hear of one twice does no harm.</summary>
    /// <param name="sent">How many messages went out.</param>
    public OutgoingNotifications Unsent(int sent) => this with { Others = [.. Others.Skip(sent - Changes)] };
}
