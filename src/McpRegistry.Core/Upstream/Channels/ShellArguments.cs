using System.Buffers;
using System.Text;

namespace McpRegistry.Upstream.Channels;

/// <summary>Commands that go through the Windows command shell, to which some characters mean something of their own.</summary>
internal static class ShellArguments
{
    /// <summary>
    /// Nothing keeps the shell from seeing a meaning in these: a quote ends the quotes, variables are replaced within them too, and scripts
    /// that pass their arguments on have them read once more.
    /// </summary>
    private static readonly SearchValues<char> Special = SearchValues.Create([.. "\"%^!\u007F", .. Enumerable.Range(0, 0x20).Select(static code => (char)code)]);

    /// <summary>Tells whether only the shell can start a command: a program can start by itself, and most commands there are scripts (npx).</summary>
    public static bool AreNeededFor(string command) => !command.EndsWith(".exe", StringComparison.OrdinalIgnoreCase);

    /// <summary>
    /// Writes the arguments of the shell that start a command. Each text is in quotes, in which the shell takes what is not
    /// refused as it is, also when a script passes it on.
    /// </summary>
    /// <param name="command">The command.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <returns>The arguments in one text; null when one of them cannot be passed on as it is.</returns>
    public static string? TryWrite(string command, IEnumerable<string> arguments)
    {
        // No AutoRun, no !variables!, and the outer quotes are all that is taken away.
        var line = new StringBuilder("/e:on /v:off /d /s /c \"");
        var separator = "";
        foreach (var text in arguments.Prepend(command))
        {
            if (text.AsSpan().ContainsAny(Special))
            {
                return null;
            }

            // Before a quote a program takes two backslashes for one.
            line.Append(separator).Append('"').Append(text).Append('\\', text.Length - text.AsSpan().TrimEnd('\\').Length).Append('"');
            separator = " ";
        }

        return line.Append('"').ToString();
    }
}
