using McpRegistry.Servers;

namespace McpRegistry.Limits;

/// <summary>How configuration names a tool: the key of its server, two underscores, and the name that the server gives it.</summary>
internal readonly record struct ToolKey(ServerKey Server, string Tool)
{
    private const string Separator = "__";

    public static bool TryParse(string text, out ToolKey key)
    {
        // No key of a server has an underscore.
        var end = text.IndexOf(Separator, StringComparison.Ordinal);
        var server = default(ServerKey);
        var isKey = end > 0 && end + Separator.Length < text.Length && ServerKey.TryParse(text.AsSpan(0, end), out server);
        key = isKey ? new ToolKey(server, text[(end + Separator.Length)..]) : default;
        return isKey;
    }
}
