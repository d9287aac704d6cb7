namespace McpRegistry.SampleServer.Notes;

// Structured content is an object in the session revisions, so a list is wrapped in one.
internal sealed record NoteList(IReadOnlyList<Note> Notes);
