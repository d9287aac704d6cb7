using System.Diagnostics.CodeAnalysis;

namespace McpRegistry.Storage;

/// <summary>Keeps text of clients within the bound that its record names.</summary>
internal static class BoundedText
{
    /// <summary>Cuts a text to a length in UTF-16 units; a surrogate pair at the border is left out rather than split.</summary>
    [return: NotNullIfNotNull(nameof(text))]
    public static string? Cut(string? text, int length)
    {
        if (text is null || text.Length <= length)
        {
            return text;
        }

        var splitsPair = char.IsHighSurrogate(text[length - 1]) && char.IsLowSurrogate(text[length]);
        return text[..(splitsPair ? length - 1 : length)];
    }
}
