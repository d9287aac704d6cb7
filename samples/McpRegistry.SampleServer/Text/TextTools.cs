using System.ComponentModel;
using System.Globalization;
using ModelContextProtocol.Server;

namespace McpRegistry.SampleServer.Text;

[McpServerToolType]
internal sealed class TextTools
{
    [McpServerTool(Name = "text_stats", Title = "Text statistics", ReadOnly = true, Idempotent = true, OpenWorld = false, UseStructuredContent = true)]
    [Description("Counts the characters, words and lines of a text.")]
    public static TextStats Count([Description("The text to count")] string text) => new(
        new StringInfo(text).LengthInTextElements,
        text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Length,
        text.Length == 0 ? 0 : text.AsSpan().Count('\n') + 1);
}
