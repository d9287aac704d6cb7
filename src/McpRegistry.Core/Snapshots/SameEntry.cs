using McpRegistry.Discovery;

namespace McpRegistry.Snapshots;

/// <summary>Compares items as clients see them: by kind, and their entries byte for byte.</summary>
internal sealed class SameEntry : IEqualityComparer<CatalogueItem>
{
    public static readonly SameEntry Comparer = new();

    public bool Equals(CatalogueItem? x, CatalogueItem? y) => x!.Kind == y!.Kind && x.Json.Span.SequenceEqual(y.Json.Span);

    public int GetHashCode(CatalogueItem obj) => obj.Json.Length;
}
