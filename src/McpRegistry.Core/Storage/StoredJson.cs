using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace McpRegistry.Storage;

/// <summary>Takes over a JSON document as the databases do: without white space, refused when one of them would not keep it.</summary>
internal static class StoredJson
{
    private static readonly JsonWriterOptions Format = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <exception cref="ArgumentException"><see cref="StorableJson"/> refuses the text.</exception>
    public static string Normalize(string json, string name)
    {
        StorableJson.Check(json, name);
        using var document = JsonDocument.Parse(json);
        var buffer = new ArrayBufferWriter<byte>(json.Length + 16);
        using (var writer = new Utf8JsonWriter(buffer, Format))
        {
            document.RootElement.WriteTo(writer);
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
