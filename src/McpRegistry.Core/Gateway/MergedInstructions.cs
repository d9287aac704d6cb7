using System.Text;
using McpRegistry.Snapshots;

namespace McpRegistry.Gateway;

/// <summary>
/// What the merged endpoint tells models: the operator's text, then that of each server under its alias, which is what the names
/// of its tools begin with.
/// </summary>
internal static class MergedInstructions
{
    /// <summary>Clients put all of it before each conversation; a server whose text would exceed this is left out whole.</summary>
    public const int MaxLength = 16 * 1024;

    public static string? Of(string? own, TenantView view)
    {
        var text = new StringBuilder(own);
        foreach (var entry in view.Servers)
        {
            if (entry is { IsServed: true, Report.Instructions: { Length: > 0 } instructions }
                && text.Length + instructions.Length + entry.Server.Alias.Length + 6 <= MaxLength)
            {
                text.Append(text.Length == 0 ? "" : "\n\n").Append("# ").Append(entry.Server.Alias).Append('\n').Append(instructions);
            }
        }

        return text.Length == 0 ? null : text.ToString();
    }
}
