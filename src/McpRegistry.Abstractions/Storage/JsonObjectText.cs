using System.Text.Json;

namespace McpRegistry.Storage;

/// <summary>Keeps what is no JSON object out of records: a store that refused it later would refuse its whole batch.</summary>
internal static class JsonObjectText
{
    public const int MaxLength = 65_536;

    public static string Require(string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(json.Length, MaxLength, nameof(json));
        try
        {
            using var document = JsonDocument.Parse(json);
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? json
                : throw new ArgumentException("The text must be a JSON object.", nameof(json));
        }
        catch (JsonException exception)
        {
            throw new ArgumentException("The text must be a JSON object.", nameof(json), exception);
        }
    }
}
