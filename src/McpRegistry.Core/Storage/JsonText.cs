using System.Text.Json;

namespace McpRegistry.Storage;

/// <summary>Refuses JSON that one of the databases would not keep, so that a host sees no difference when it changes its store.</summary>
internal static class JsonText
{
    private const int LongestNumber = 500;

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

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
