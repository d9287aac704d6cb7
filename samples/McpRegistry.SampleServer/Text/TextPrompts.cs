using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using ModelContextProtocol.Server;

namespace McpRegistry.SampleServer.Text;

[McpServerPromptType]
internal sealed class TextPrompts
{
    [McpServerPrompt(Name = "summarise", Title = "Summarise a text")]
    [Description("Asks for a summary of a text.")]
    public static string Summarise(
        [Description("The text to summarise")] string text,
        [Description("How the summary reads")][AllowedValues("sentence", "bullets", "headline")] string style = "sentence") => style switch
        {
            "bullets" => $"Summarise the following text in at most five bullet points:\n\n{text}",
            "headline" => $"Write one headline for the following text:\n\n{text}",
            _ => $"Summarise the following text in one sentence:\n\n{text}",
        };
}
