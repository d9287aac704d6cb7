namespace McpRegistry.Discovery;

/// <summary>One tool, resource, resource template or prompt, as its server sent it.</summary>
public sealed record CatalogueItem
{
    /// <summary>Gets what it is.</summary>
    public required CatalogueItemKind Kind { get; init; }

    /// <summary>Gets the name, URI or URI template by which it is asked for; unique per server and kind.</summary>
    public required string Key { get; init; }

    /// <summary>Gets the place in the server's own list, from 0.</summary>
    public required int Ordinal { get; init; }

    /// <summary>Gets the entry as the server sent it: one JSON object as UTF-8, unknown members included.</summary>
    public required ReadOnlyMemory<byte> Json { get; init; }

    /// <summary>Gets the display title, for search; null when the server gave none.</summary>
    public string? Title { get; init; }

    /// <summary>Gets the description, for search; null when the server gave none.</summary>
    public string? Description { get; init; }

    /// <summary>Gets the MIME type of a resource or template; null otherwise.</summary>
    public string? MimeType { get; init; }
}
