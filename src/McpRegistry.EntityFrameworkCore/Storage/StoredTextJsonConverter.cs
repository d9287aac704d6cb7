using System.Text.Json;
using System.Text.Json.Serialization;

namespace McpRegistry.EntityFrameworkCore.Storage;

/// <summary>
/// Applies <see cref="StoredText"/> to the strings inside a JSON document: jsonb refuses an escaped U+0000 as well.
/// </summary>
internal sealed class StoredTextJsonConverter : JsonConverter<string>
{
    public override string Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        StoredText.Decode(reader.GetString() ?? string.Empty);

    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) =>
        writer.WriteStringValue(StoredText.Encode(value));

    public override string ReadAsPropertyName(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        StoredText.Decode(reader.GetString() ?? string.Empty);

    public override void WriteAsPropertyName(Utf8JsonWriter writer, string value, JsonSerializerOptions options) =>
        writer.WritePropertyName(StoredText.Encode(value));
}
