using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace McpRegistry.Storage;

/// <summary>Takes over a JSON document as the databases do: without white space, refused when it is none.</summary>
internal static class StoredJson
{
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };
    private static readonly JsonWriterOptions Format = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <exception cref="ArgumentException">The text is no JSON document, repeats a member or holds half a surrogate pair.</exception>
    public static string Normalize(string json, string name)
    {
        try
        {
            using var document = JsonDocument.Parse(json, Strict);
            var buffer = new ArrayBufferWriter<byte>(json.Length + 16);
            using (var writer = new Utf8JsonWriter(buffer, Format))
            {
                document.RootElement.WriteTo(writer);
            }

            return Encoding.UTF8.GetString(buffer.WrittenSpan);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or ArgumentException)
        {
            throw new ArgumentException("The text is no JSON document that can be stored.", name, exception);
        }
    }
}
