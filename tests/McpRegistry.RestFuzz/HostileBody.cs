using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace McpRegistry.RestFuzz;

/// <summary>Spoils a good body.</summary>
internal static class HostileBody
{
    private const int Mebibyte = 1024 * 1024;

    private static readonly string[] Roots = ["[]", "null", "1", "\"text\"", "true", "[{}]", "", " ", "{}{}", "{'name':1}", "{\"name\":}", "// x\n{}", "\u00ef\u00bb\u00bf{}"];

    public static (byte[] Bytes, string What, bool MustBeRefused) Make(JsonObject body, Random random)
    {
        var text = body.ToJsonString();
        return random.Next(11) switch
        {
            0 => (Utf8(text[..random.Next(text.Length)]), "a body that is cut", true),
            1 => (Utf8(Roots[random.Next(Roots.Length)]), "a body that is no object", true),
            2 => (Utf8(Insert(text, $"\"deep\":{Deep(random.Next(30, 2_000), random)}")), "a deep body", true),
            3 => (Utf8(Insert(text, $"{JsonSerializer.Serialize(Text(random))}:1")), "an unknown member", true),
            4 => (Utf8(Repeat(body, text, random)), "a member that is there twice", true),
            5 => (Utf8(Replace(body, random, static (_, random) => OtherType(random))), "a wrong type", true),
            6 => (Utf8(Replace(body, random, static (value, random) => value is JsonValue v && v.TryGetValue<string>(out _) ? Text(random) : null)), "an odd text", false),
            7 => (Utf8(ReplaceText(body, random, "\"a\\ud83d\"")), "half a surrogate pair", true),
            8 => (Utf8(ReplaceText(body, random, $"\"{new string('n', Mebibyte)}\"")), "a text of 1 MB", true),
            9 => (Utf8(ReplaceText(body, random, $"\"{new string('n', Mebibyte - text.Length - 8)}\"")), "a text of nearly 1 MB", true),
            _ => ([.. Utf8(text[..^1]), 0xff, 0xfe, (byte)'}'], "a body that is no UTF-8", true),
        };
    }

    private static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);

    private static string Text(Random random) => HostileText.Texts[random.Next(HostileText.Texts.Count)];

    /// <summary>Puts a member in front of the others.</summary>
    private static string Insert(string text, string member) => $"{{{member},{text[1..]}";

    private static string Deep(int levels, Random random) => random.Next(2) == 0
        ? new string('[', levels) + new string(']', levels)
        : string.Concat(Enumerable.Repeat("{\"a\":", levels)) + "1" + new string('}', levels);

    private static string Repeat(JsonObject body, string text, Random random)
    {
        var (name, value) = body.ElementAt(random.Next(body.Count));
        return Insert(text, $"{JsonSerializer.Serialize(name)}:{value?.ToJsonString() ?? "null"}");
    }

    /// <summary>Replaces one value, at any depth.</summary>
    private static string Replace(JsonObject body, Random random, Func<JsonNode?, Random, JsonNode?> change)
    {
        var slots = SlotsOf(body).ToArray();
        var slot = slots[random.Next(slots.Length)];
        if (change(slot.Value, random) is { } other)
        {
            slot.Value = other.GetValueKind() == slot.Value?.GetValueKind() && slot.Value is not JsonValue ? JsonValue.Create("another type") : other;
        }
        else
        {
            body["unknown"] = 1;
        }

        return body.ToJsonString();
    }

    private static string ReplaceText(JsonObject body, Random random, string json)
    {
        const string Mark = "the text to replace";
        var texts = SlotsOf(body).Where(static slot => slot.Value is JsonValue value && value.TryGetValue<string>(out _)).ToArray();
        if (texts.Length == 0)
        {
            return Insert(body.ToJsonString(), $"\"unknown\":{json}");
        }

        texts[random.Next(texts.Length)].Value = Mark;
        return body.ToJsonString().Replace($"\"{Mark}\"", json, StringComparison.Ordinal);
    }

    /// <summary>Finds all places of values. Free JSON, which takes what it gets, has none; nor has what a condition compares with.</summary>
    private static IEnumerable<JsonSlot> SlotsOf(JsonNode node)
    {
        var slots = node switch
        {
            JsonObject members => members.Where(static member => !IsFree(member.Key, member.Value)).Select(member => new JsonSlot(node, member.Key, 0)).ToArray(),
            JsonArray items => [.. Enumerable.Range(0, items.Count).Select(index => new JsonSlot(node, null, index))],
            _ => [],
        };
        return slots.Concat(slots.Where(static slot => slot.Value is JsonObject or JsonArray).SelectMany(static slot => SlotsOf(slot.Value!)));
    }

    private static bool IsFree(string name, JsonNode? value) => name is "settings" or "value" || (name == "arguments" && value is JsonObject);

    /// <summary>Makes a value that no member takes but the odd one: a fraction, or an object with a member of nobody.</summary>
    private static JsonNode OtherType(Random random) => random.Next(3) switch
    {
        0 => JsonValue.Create(1.5),
        1 => new JsonObject { ["of nobody"] = new JsonArray(1, null, "x") },
        _ => new JsonArray(new JsonArray(1.5)),
    };
}
