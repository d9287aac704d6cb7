using System.Buffers;
using System.Text;

namespace McpRegistry.Upstream.Channels;

/// <summary>Arguments that go through the Windows command shell, to which some characters mean something of their own.</summary>
internal static class ShellArguments
{
    private static readonly SearchValues<char> Special = SearchValues.Create("&^><|");

    /// <summary>Escapes an argument. One with white space is put in quotes when the process starts, within which nothing is special.</summary>
    public static string Escape(string argument)
    {
        if (!argument.AsSpan().ContainsAny(Special) || argument.Any(char.IsWhiteSpace))
        {
            return argument;
        }

        var escaped = new StringBuilder();
        foreach (var character in argument)
        {
            escaped.Append(Special.Contains(character) ? "^" : "").Append(character);
        }

        return escaped.ToString();
    }
}
