using System.Collections.Concurrent;

namespace McpRegistry.SampleServer.Notes;

/// <summary>The notes of this process, by name. Old notes never make room for new ones: a full book refuses.</summary>
internal sealed class NoteBook(TimeProvider clock)
{
    public const int Capacity = 1000;

    private readonly ConcurrentDictionary<string, Note> _notes = new(StringComparer.Ordinal);

    public IReadOnlyList<Note> List() => [.. _notes.Values.OrderBy(note => note.Name, StringComparer.Ordinal)];

    public Note? Find(string name) => _notes.GetValueOrDefault(name);

    public bool Remove(string name) => _notes.TryRemove(name, out _);

    /// <summary>Writes or replaces a note; null when the book is full.</summary>
    public Note? Write(string name, string text)
    {
        if (_notes.Count >= Capacity && !_notes.ContainsKey(name))
        {
            return null;
        }

        return _notes[name] = new Note(name, text, clock.GetUtcNow());
    }
}
