using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using McpRegistry.Storage;

namespace McpRegistry.EntityFrameworkCore.Storage;

/// <summary>Applies <see cref="StoredText"/> to the strings inside a JSON document: jsonb refuses an escaped U+0000.</summary>
internal static class StoredJson
{
    private static readonly JsonWriterOptions Format = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Brings a document of a user into the form that is kept: without white space.</summary>
    /// <exception cref="ArgumentException"><see cref="StorableJson"/> refuses the text.</exception>
    public static string Normalize(string json, string name)
    {
        StorableJson.Check(json, name);
        return Rewrite(json, static text => text);
    }

    /// <exception cref="JsonException">The text is no JSON document; who takes it from a user has to check it first.</exception>
    public static string Encode(string json) => Rewrite(json, StoredText.Encode);

    /// <summary>Undoes <see cref="Encode"/>; every number keeps the digits that the database kept.</summary>
    public static string Decode(string json) => Rewrite(json, StoredText.Decode);

    private static string Rewrite(string json, Func<string, string> text)
    {
        var buffer = new ArrayBufferWriter<byte>(json.Length + 16);
        using (var document = JsonDocument.Parse(json))
        using (var writer = new Utf8JsonWriter(buffer, Format))
        {
            Write(writer, document.RootElement, text);
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static void Write(Utf8JsonWriter writer, JsonElement element, Func<string, string> text)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                writer.WriteStartObject();
                foreach (var member in element.EnumerateObject())
                {
                    writer.WritePropertyName(text(member.Name));
                    Write(writer, member.Value, text);
                }

                writer.WriteEndObject();
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (var item in element.EnumerateArray())
                {
                    Write(writer, item, text);
                }

                writer.WriteEndArray();
                break;
            case JsonValueKind.String:
                writer.WriteStringValue(text(element.GetString()!));
                break;
            default:
                element.WriteTo(writer);
                break;
        }
    }
}
