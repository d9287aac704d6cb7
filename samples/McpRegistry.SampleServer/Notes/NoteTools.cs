using System.ComponentModel;
using ModelContextProtocol;
using ModelContextProtocol.Server;

namespace McpRegistry.SampleServer.Notes;

[McpServerToolType]
internal sealed class NoteTools(NoteBook notes)
{
    [McpServerTool(Name = "notes_add", Title = "Write a note", ReadOnly = false, Destructive = true, Idempotent = true, OpenWorld = false, UseStructuredContent = true)]
    [Description("Writes a note under a name; a note of the same name is replaced.")]
    public Note Add([Description("Name of the note")] string name, [Description("What it says")] string text) =>
        notes.Write(name, text) ?? throw new McpException($"The book is full ({NoteBook.Capacity} notes). Remove one with notes_remove first.");

    [McpServerTool(Name = "notes_list", Title = "List the notes", ReadOnly = true, Idempotent = true, OpenWorld = false, UseStructuredContent = true)]
    [Description("Lists all notes by name.")]
    public NoteList List() => new(notes.List());

    [McpServerTool(Name = "notes_remove", Title = "Remove a note", ReadOnly = false, Destructive = true, Idempotent = true, OpenWorld = false)]
    [Description("Removes a note.")]
    public string Remove([Description("Name of the note")] string name) =>
        notes.Remove(name) ? $"The note '{name}' is removed." : $"There is no note '{name}'.";
}
