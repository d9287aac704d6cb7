namespace McpRegistry.Snapshots;

/// <summary>
/// The templates of one server by the text before their first variable, so that of thousands only those are tried that
/// begin as the URI does.
/// </summary>
internal sealed class TemplateIndex
{
    private readonly Dictionary<string, List<Entry>> _byPrefix = new(StringComparer.Ordinal);
    private readonly int[] _lengths;

    /// <summary>Makes the index.</summary>
    /// <param name="templates">The templates; of several that match the first one counts. Those that are none are left out.</param>
    public TemplateIndex(IEnumerable<string> templates)
    {
        var place = 0;
        foreach (var text in templates)
        {
            if (UriTemplate.Parse(text) is not { } template)
            {
                continue;
            }

            if (!_byPrefix.TryGetValue(template.Prefix, out var entries))
            {
                _byPrefix.Add(template.Prefix, entries = []);
            }

            entries.Add(new Entry(place++, text, template));
        }

        _lengths = [.. _byPrefix.Keys.Select(static prefix => prefix.Length).Distinct().Order()];
    }

    /// <summary>Finds the first template that a URI can come from; null when there is none.</summary>
    public string? Find(string uri)
    {
        Entry? found = null;
        var prefixes = _byPrefix.GetAlternateLookup<ReadOnlySpan<char>>();
        foreach (var length in _lengths)
        {
            if (length > uri.Length)
            {
                break;
            }

            if (prefixes.TryGetValue(uri.AsSpan(0, length), out var entries))
            {
                found = FirstOf(entries, uri, found);
            }
        }

        return found?.Text;
    }

    private static Entry? FirstOf(List<Entry> entries, string uri, Entry? found)
    {
        foreach (var entry in entries)
        {
            if (found is not null && entry.Place > found.Place)
            {
                break;
            }

            if (entry.Template.Matches(uri))
            {
                return entry;
            }
        }

        return found;
    }

    private sealed record Entry(int Place, string Text, UriTemplate Template);
}
