using System.Globalization;

namespace McpRegistry.Servers.Validation;

/// <summary>What text must be like so that every store can keep it and no terminal or log is steered by it.</summary>
internal static class PlainText
{
    public static bool IsOneLine(string text) => IsClean(text, static _ => false);

    public static bool IsClean(string text) => IsClean(text, static c => c is '\n' or '\r' or '\t');

    /// <summary>Refuses what no store or process takes: NUL and halves of surrogate pairs.</summary>
    public static bool IsStorable(string text) => IsClean(text, static c => c != '\0');

    private static bool IsClean(string text, Func<char, bool> allowedControl)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
            {
                i++;
            }
            else if (char.IsSurrogate(text[i]) || (IsControl(text[i]) && !allowedControl(text[i])))
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsControl(char c) =>
        char.IsControl(c) || char.GetUnicodeCategory(c) is UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
}
