using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace McpRegistry.EndToEnd.Tests.Fidelity.Replay;

/// <summary>
/// JSON that can be edited and loses nothing but spacing, the order of members and how characters are escaped: numbers keep
/// their text, and half a surrogate pair is a character like any other.
/// </summary>
internal sealed class JsonTree
{
    /// <summary>Gets the members of an object; null for anything else.</summary>
    public SortedDictionary<string, JsonTree>? Members { get; private init; }

    /// <summary>Gets the elements of an array; null for anything else.</summary>
    public List<JsonTree>? Items { get; private init; }

    /// <summary>Gets a number's text, a literal, or a string behind one quotation mark; null for objects and arrays.</summary>
    public string? Scalar { get; private init; }

    public JsonTree? this[string name] => Members?.GetValueOrDefault(name);

    public static JsonTree Object() => new() { Members = new SortedDictionary<string, JsonTree>(StringComparer.Ordinal) };

    public static JsonTree String(string value) => new() { Scalar = "\"" + value };

    public static JsonTree Parse(string json) => Of(JsonElement.Parse(json));

    public static JsonTree Of(JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                var tree = Object();
                foreach (var member in element.EnumerateObject())
                {
                    tree.Members!.Add(Unescape(JsonMarshal.GetRawUtf8PropertyName(member)), Of(member.Value));
                }

                return tree;
            case JsonValueKind.Array:
                return new JsonTree { Items = [.. element.EnumerateArray().Select(Of)] };
            case JsonValueKind.String:
                return String(Unescape(JsonMarshal.GetRawUtf8Value(element)[1..^1]));
            default:
                return new JsonTree { Scalar = element.GetRawText() };
        }
    }

    /// <summary>Gets a member that is an object, adding it when it is not there.</summary>
    public JsonTree Ensure(string name)
    {
        if (this[name] is not { Members: not null } child)
        {
            Members![name] = child = Object();
        }

        return child;
    }

    /// <summary>Takes members out, wherever they are in an object; does nothing to other values.</summary>
    public void Remove(params string[] names)
    {
        foreach (var name in names)
        {
            Members?.Remove(name);
        }
    }

    /// <summary>Reads the text between the quotation marks of a string or name.</summary>
    public static string Unescape(ReadOnlySpan<byte> raw)
    {
        var text = Encoding.UTF8.GetString(raw);
        if (!text.Contains('\\', StringComparison.Ordinal))
        {
            return text;
        }

        var plain = new StringBuilder(text.Length);
        for (var at = 0; at < text.Length; at++)
        {
            if (text[at] != '\\')
            {
                plain.Append(text[at]);
                continue;
            }

            var escape = text[++at];
            plain.Append(escape switch
            {
                'b' => '\b',
                'f' => '\f',
                'n' => '\n',
                'r' => '\r',
                't' => '\t',
                'u' => (char)ushort.Parse(text.AsSpan(at + 1, 4), NumberStyles.HexNumber, CultureInfo.InvariantCulture),
                _ => escape,
            });
            at += escape == 'u' ? 4 : 0;
        }

        return plain.ToString();
    }
}
