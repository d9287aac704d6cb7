using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace McpRegistry.Storage;

/// <summary>Takes over a JSON document as the databases do: without white space, refused when it is none.</summary>
internal static class StoredJson
{
    private const int LongestNumber = 500;

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };
    private static readonly JsonWriterOptions Format = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Refuses a document that one of the databases would not keep.</summary>
    /// <exception cref="ArgumentException">It is no JSON, or none that can be kept.</exception>
    public static void Check(string json, string member)
    {
        try
        {
            using var document = JsonDocument.Parse(json, Strict);
            if (CanBeKept(document.RootElement))
            {
                return;
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or ArgumentException)
        {
            // Half a surrogate pair makes the parser throw an argument exception when it is plain, and the element an
            // invalid operation when it is escaped.
            throw new ArgumentException($"'{member}' is no valid JSON document.", member, exception);
        }

        throw new ArgumentException($"'{member}' holds a number that no database keeps.", member);
    }

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

    private static bool CanBeKept(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().All(property => property.Name is not null && CanBeKept(property.Value)),
        JsonValueKind.Array => element.EnumerateArray().All(CanBeKept),
        JsonValueKind.String => element.GetString() is not null,
        JsonValueKind.Number => IsInRange(element),
        _ => true,
    };

    private static bool IsInRange(JsonElement number)
    {
        var text = number.GetRawText();
        var exponent = text.IndexOfAny(['e', 'E']);
        var value = number.GetDouble();
        return text.Length <= LongestNumber
            && double.IsFinite(value)
            && (value != 0 || !text.AsSpan(0, exponent < 0 ? text.Length : exponent).ContainsAnyInRange('1', '9'));
    }
}
