namespace McpRegistry.Discovery;

/// <summary>
/// Compares texts as the databases do, which keep UTF-8: whole characters, in the order of their code points. What UTF-8
/// or PostgreSQL cannot hold (U+0000, half a surrogate pair) is kept there under U+E000, and has its place at it; so have
/// the few private characters that the escape is written with.
/// </summary>
internal sealed class StoredTextOrder : IComparer<string>
{
    private const char Escape = '\uE000';
    private const char LastEscape = '\uE010';

    public static StoredTextOrder Instance { get; } = new();

    /// <summary>Brings a text into the form in which case does not count.</summary>
    public static string Fold(string text) => text.ToUpperInvariant();

    /// <summary>Finds a text in another; half a surrogate pair is not found inside a whole one.</summary>
    public static bool Contains(string text, string part)
    {
        for (var at = text.IndexOf(part, StringComparison.Ordinal); at >= 0; at = text.IndexOf(part, at + 1, StringComparison.Ordinal))
        {
            if (!IsInsidePair(text, at) && !IsInsidePair(text, at + part.Length))
            {
                return true;
            }
        }

        return false;
    }

    public int Compare(string? x, string? y)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(y);
        int left = 0, right = 0;
        while (left < x.Length && right < y.Length)
        {
            var difference = Next(x, ref left).CompareTo(Next(y, ref right));
            if (difference != 0)
            {
                return difference;
            }
        }

        return (x.Length - left).CompareTo(y.Length - right);
    }

    private static (int Place, int Code) Next(string text, ref int at)
    {
        var first = text[at++];
        if (char.IsHighSurrogate(first) && at < text.Length && char.IsLowSurrogate(text[at]))
        {
            return (char.ConvertToUtf32(first, text[at++]), 0);
        }

        return first is '\0' or (>= Escape and <= LastEscape) || char.IsSurrogate(first) ? (Escape, first) : (first, 0);
    }

    private static bool IsInsidePair(string text, int at) =>
        at > 0 && at < text.Length && char.IsHighSurrogate(text[at - 1]) && char.IsLowSurrogate(text[at]);
}
