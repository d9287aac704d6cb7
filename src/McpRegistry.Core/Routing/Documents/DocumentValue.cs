using System.Text.Json;

namespace McpRegistry.Routing.Documents;

/// <summary>Reads single values of a document.</summary>
internal static class DocumentValue
{
    /// <summary>The longest text in a document.</summary>
    public const int MaxText = 2_000;

    public static string? Text(JsonElement value, string path, DocumentFaults faults)
    {
        if (value.ValueKind != JsonValueKind.String)
        {
            faults.Add(path, "wrong_type", "A string is expected.");
            return null;
        }

        try
        {
            var text = value.GetString()!;
            if (text.Length <= MaxText)
            {
                return text;
            }

            faults.Add(path, "too_long", $"A string has up to {MaxText} characters.");
        }
        catch (InvalidOperationException)
        {
            faults.Add(path, "invalid_text", "The string is not whole Unicode text.");
        }

        return null;
    }

    public static List<(JsonElement Element, string Path)> Items(JsonElement value, string path, int most, DocumentFaults faults)
    {
        if (value.ValueKind != JsonValueKind.Array)
        {
            faults.Add(path, "wrong_type", "A JSON array is expected.");
            return [];
        }

        if (value.GetArrayLength() > most)
        {
            faults.Add(path, "too_many", $"There are up to {most} entries.");
            return [];
        }

        return [.. value.EnumerateArray().Select((element, i) => (element, $"{path}[{i}]"))];
    }
}
