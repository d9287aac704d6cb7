namespace McpRegistry.Discovery;

/// <summary>
/// Compares what two reports say of a server, not when they were made. The records cannot: their arrays compare by reference.
/// </summary>
internal static class DiscoveryEquality
{
    public static bool SaySame(DiscoveryReport left, DiscoveryReport right) =>
        ReferenceEquals(left, right)
        || (left.Health == right.Health
            && left.Era == right.Era
            && left.HasItems == right.HasItems
            && string.Equals(left.ProtocolVersion, right.ProtocolVersion, StringComparison.Ordinal)
            && string.Equals(left.Instructions, right.Instructions, StringComparison.Ordinal)
            && left.ServerInfo.Span.SequenceEqual(right.ServerInfo.Span)
            && left.Capabilities.Span.SequenceEqual(right.Capabilities.Span)
            && left.Faults.SequenceEqual(right.Faults)
            && ListSame(left, right));

    /// <summary>Tells whether both have the same items.</summary>
    public static bool ListSame(DiscoveryReport left, DiscoveryReport right) =>
        left.Items == right.Items || left.Items.AsSpan().SequenceEqual(right.Items.AsSpan(), ItemComparer.Instance);

    /// <summary>All else of an item is taken from its entry.</summary>
    private sealed class ItemComparer : IEqualityComparer<CatalogueItem>
    {
        public static readonly ItemComparer Instance = new();

        public bool Equals(CatalogueItem? x, CatalogueItem? y) =>
            x!.Kind == y!.Kind
            && x.Ordinal == y.Ordinal
            && string.Equals(x.Key, y.Key, StringComparison.Ordinal)
            && x.Json.Span.SequenceEqual(y.Json.Span);

        public int GetHashCode(CatalogueItem obj) => obj.Json.Length;
    }
}
