namespace McpRegistry.EndToEnd.Tests.Fidelity.Replay;

/// <summary>One documented difference between what is sent at one end and what arrives at the other.</summary>
/// <param name="What">What docs/protocol.md says.</param>
/// <param name="Applies">Where it happens.</param>
/// <param name="Do">Does to the message that was sent what the gateway does to it.</param>
internal sealed record Rewrite(string What, Func<Passage, bool> Applies, Action<JsonTree, Passage> Do)
{
    public static void All(IEnumerable<Rewrite> table, JsonTree message, Passage passage)
    {
        foreach (var rewrite in table.Where(rewrite => rewrite.Applies(passage)))
        {
            rewrite.Do(message, passage);
        }
    }
}
