using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Encodings.Web;

namespace McpRegistry.EntityFrameworkCore.Storage;

/// <summary>Applies <see cref="StoredText"/> to the strings inside a JSON document: jsonb refuses an escaped U+0000.</summary>
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

    /// <summary>Brings a document of a user into the form that is kept: without white space.</summary>
    /// <exception cref="ArgumentException">The text is no JSON document, repeats a member or holds half a surrogate pair.</exception>
    public static string Normalize(string json, string name)
    {
        try
        {
            return Rewrite(json, static text => text, Strict);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or ArgumentException)
        {
            throw new ArgumentException("The text is no JSON document that can be stored.", name, exception);
        }
    }

    /// <exception cref="JsonException">The text is no JSON document; who takes it from a user has to check it first.</exception>
    public static string Encode(string json) => Rewrite(json, StoredText.Encode);

    /// <summary>Undoes <see cref="Encode"/>; every number keeps the digits that the database kept.</summary>
    public static string Decode(string json) => Rewrite(json, StoredText.Decode);

    private static string Rewrite(string json, Func<string, string> text, JsonDocumentOptions reading = default)
    {
        var buffer = new ArrayBufferWriter<byte>(json.Length + 16);
        using (var document = JsonDocument.Parse(json, reading))
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
