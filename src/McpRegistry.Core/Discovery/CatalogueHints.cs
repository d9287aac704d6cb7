using System.Collections.Immutable;
using McpRegistry.Protocol;

namespace McpRegistry.Discovery;

/// <summary>
/// How long the parts of a server's catalogue may be kept. Not stored: after a restart nobody knows how old a stored catalogue
/// is, so that nothing of it may be kept until it was read again.
/// </summary>
/// <param name="Self">What the server said of its own description.</param>
/// <param name="Lists">What it said of its lists; those that are not in here could not be read.</param>
internal sealed record CatalogueHints(ReadHint Self, ImmutableDictionary<CatalogueItemKind, ReadHint> Lists)
{
    public static CatalogueHints Unknown { get; } = new(default, ImmutableDictionary<CatalogueItemKind, ReadHint>.Empty);

    /// <summary>Returns the hint of a list.</summary>
    public ReadHint Of(CatalogueItemKind kind) => Lists.GetValueOrDefault(kind);
}
