using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace McpRegistry.EntityFrameworkCore.Storage;

/// <summary>
/// Keeps a small document (tags, arguments, faults) in one column. Raw JSON of upstreams never goes through here: jsonb
/// reorders members and rewrites numbers, so it is kept as bytes.
/// </summary>
/// <typeparam name="T">The document; treated as immutable.</typeparam>
internal sealed class JsonDocumentConverter<T>() : ValueConverter<T, string>(
    value => JsonSerializer.Serialize(value, JsonDocumentFormat.Options),
    text => JsonSerializer.Deserialize<T>(text, JsonDocumentFormat.Options)!)
    where T : notnull;

/// <summary>Compares documents by what would be written.</summary>
/// <typeparam name="T">The document.</typeparam>
internal sealed class JsonDocumentComparer<T>() : ValueComparer<T>(
    (left, right) => JsonSerializer.Serialize(left, JsonDocumentFormat.Options) == JsonSerializer.Serialize(right, JsonDocumentFormat.Options),
    value => StringComparer.Ordinal.GetHashCode(JsonSerializer.Serialize(value, JsonDocumentFormat.Options)),
    value => value)
    where T : notnull;

internal static class JsonDocumentFormat
{
    public static JsonSerializerOptions Options { get; } = new(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new StoredTextJsonConverter() },
    };
}
