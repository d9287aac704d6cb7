using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace McpRegistry.ProtocolFuzz.Checks;

/// <summary>Reads JSON that may hold anything, such as names and texts with half of a surrogate pair.</summary>
internal static class Json
{
    private static readonly JsonDocumentOptions Deep = new() { MaxDepth = 100_000 };

    public static JsonElement? Parse(string json) => Parse(Encoding.UTF8.GetBytes(json));

    /// <summary>Reads one value; null when it is no JSON in UTF-8.</summary>
    public static JsonElement? Parse(byte[] json)
    {
        try
        {
            return Utf8.IsValid(json) ? JsonElement.Parse(json, Deep) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Finds a member; undefined when this is no object or has none.</summary>
    public static JsonElement Member(JsonElement of, string name) => of.ValueKind != JsonValueKind.Object
        ? default
        : of.EnumerateObject().FirstOrDefault(member => IsNamed(member, name)).Value;

    public static bool Has(JsonElement of, string name) => Member(of, name).ValueKind != JsonValueKind.Undefined;

    public static bool IsNamed(JsonProperty member, string name)
    {
        try
        {
            return member.NameEquals(name);
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    /// <summary>Reads a string; null when this is none, or is no text.</summary>
    public static string? Text(JsonElement value)
    {
        try
        {
            return value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }
}
