namespace McpRegistry.Protocol;

/// <summary>Makes text of an upstream fit for a message of the gateway.</summary>
internal static class ErrorText
{
    private const int MaxLength = 300;

    /// <summary>Shortens foreign text and takes control characters out, so that it can neither flood nor forge a log.</summary>
    public static string Trim(string text)
    {
        var cut = text.Length <= MaxLength ? text : string.Concat(text.AsSpan(0, Border(text)), "...");
        return cut.Any(char.IsControl) ? string.Concat(cut.Select(c => char.IsControl(c) ? ' ' : c)) : cut;
    }

    /// <summary>Half of a surrogate pair would not be text.</summary>
    private static int Border(string text) => char.IsHighSurrogate(text[MaxLength - 1]) ? MaxLength - 1 : MaxLength;
}
