using System.Text.Json;

namespace McpRegistry.Credentials.OAuth;

/// <summary>Reads members of documents that strangers wrote; what is of another type, or no text, counts as not there.</summary>
internal static class JsonTexts
{
    public static string? Text(this JsonElement document, string name) =>
        document.TryGetProperty(name, out var value) ? Text(value) : null;

    public static IReadOnlyList<string> Texts(this JsonElement document, string name) =>
        document.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Array
            ? [.. value.EnumerateArray().Select(Text).OfType<string>()]
            : [];

    private static string? Text(JsonElement value)
    {
        try
        {
            return value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair.
            return null;
        }
    }
}
