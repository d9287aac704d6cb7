using System.Text.Json;

namespace McpRegistry.Storage;

/// <summary>
/// What a JSON document has to be so that every database keeps it. Stores share this rule, so that none takes what another
/// refuses; a store of your own calls it for the documents of users.
/// </summary>
public static class StorableJson
{
    private const int LongestNumber = 500;

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    /// <summary>
    /// Refuses what is no JSON document, repeats a member of an object, holds half a surrogate pair, or holds a number that is
    /// longer than 500 characters, beyond the range of a double, or so small that it would become zero.
    /// </summary>
    /// <param name="json">The document.</param>
    /// <param name="name">What it is called in the exception.</param>
    /// <exception cref="ArgumentNullException">There is no text.</exception>
    /// <exception cref="ArgumentException">One of the databases would not keep the document.</exception>
    public static void Check(string json, string name)
    {
        ArgumentNullException.ThrowIfNull(json, name);
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
            throw new ArgumentException($"'{name}' is no JSON document that can be stored.", name, exception);
        }

        throw new ArgumentException($"'{name}' holds a number that no database keeps.", name);
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
