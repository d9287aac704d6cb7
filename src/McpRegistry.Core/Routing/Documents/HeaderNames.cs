using System.Buffers;

namespace McpRegistry.Routing.Documents;

/// <summary>Which headers rules can look at.</summary>
internal static class HeaderNames
{
    private static readonly SearchValues<char> Token = SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    /// <summary>Whoever writes rules must not be able to ask for keys, character by character.</summary>
    private static readonly string[] Secret = ["Authorization", "Proxy-Authorization", "Cookie", "X-Api-Key", "Mcp-Session-Id"];

    public static bool IsName(string text) => text.Length > 0 && !text.AsSpan().ContainsAnyExcept(Token);

    public static bool IsSecret(string name) => Secret.Contains(name, StringComparer.OrdinalIgnoreCase);
}
