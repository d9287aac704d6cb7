using System.Text;
using System.Text.Json;

namespace McpRegistry.ProtocolFuzz.Checks;

/// <summary>What a request asked for, as far as a strict reader can tell.</summary>
/// <param name="Ids">The raw ids that an answer may have.</param>
/// <param name="IsRequest">Whether it is one good JSON-RPC request.</param>
/// <param name="IsBatch">Whether it is an array.</param>
/// <param name="Unreadable">The text of what is no JSON: its id may have been read before the fault.</param>
internal sealed record SentMessage(IReadOnlyList<string> Ids, bool IsRequest, bool IsBatch, string Unreadable = "")
{
    public static SentMessage Parse(byte[] body)
    {
        if (Json.Parse(body) is not { } root)
        {
            return new SentMessage([], false, false, Encoding.UTF8.GetString(body));
        }

        var messages = root.ValueKind == JsonValueKind.Array ? [.. root.EnumerateArray()] : new[] { root };
        string[] ids = [.. messages.SelectMany(IdsOf)];
        return new SentMessage(ids, ids.Length == 1 && Json.Has(root, "method"), root.ValueKind == JsonValueKind.Array);
    }

    public bool Has(JsonElement id) => Unreadable.Contains(id.GetRawText(), StringComparison.Ordinal) || Ids.Any(known => MessageJudge.SameId(known, id));

    private static IEnumerable<string> IdsOf(JsonElement message) => message.ValueKind == JsonValueKind.Object
        ? message.EnumerateObject().Where(static member => Json.IsNamed(member, "id")).Select(static member => member.Value.GetRawText())
        : [];
}
