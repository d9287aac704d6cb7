using System.ComponentModel;
using ModelContextProtocol;
using ModelContextProtocol.Server;

namespace McpRegistry.SampleServer.Notes;

[McpServerResourceType]
internal sealed class NoteResources(NoteBook notes)
{
    [McpServerResource(UriTemplate = "workspace://notes", Name = "notes", Title = "All notes", MimeType = "text/plain")]
    [Description("The names of all notes, one on a line.")]
    public string All() => string.Join('\n', notes.List().Select(note => note.Name));

    [McpServerResource(UriTemplate = "workspace://notes/{name}", Name = "note", Title = "One note", MimeType = "text/plain")]
    [Description("The text of one note.")]
    public string One([Description("Name of the note")] string name) =>
        notes.Find(name)?.Text ?? throw new McpProtocolException($"There is no note '{name}'.", McpErrorCode.InvalidParams);
}
