namespace McpRegistry.Credentials.OAuth;

/// <summary>Scopes as OAuth writes them: texts with a space between them.</summary>
internal static class ScopeSet
{
    private const int MaxLength = 256;
    private const int MaxScopes = 64;

    public static bool IsScope(string? scope) =>
        scope is { Length: > 0 and <= MaxLength } && scope.AsSpan().IndexOfAnyExceptInRange('!', '~') < 0 && scope.AsSpan().IndexOfAny('"', '\\') < 0;

    /// <summary>Reads what a server wants; what is no scope is passed over.</summary>
    public static IReadOnlyList<string> Read(string? text) => Clean((text ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries));

    public static IReadOnlyList<string> Clean(IEnumerable<string?> scopes) =>
        [.. scopes.Where(IsScope).OfType<string>().Distinct(StringComparer.Ordinal).Take(MaxScopes)];

    /// <summary>Adds to scopes what is new; the same list comes back when nothing is.</summary>
    public static IReadOnlyList<string> Union(IReadOnlyList<string> scopes, IReadOnlyList<string> more)
    {
        var union = Clean(scopes.Concat(more));
        return union.Count == scopes.Count ? scopes : union;
    }
}
