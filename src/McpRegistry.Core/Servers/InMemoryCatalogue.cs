using System.Collections.Immutable;
using McpRegistry.Discovery;
using McpRegistry.Storage;

namespace McpRegistry.Servers;

/// <summary>Copies and compares catalogues for <see cref="InMemoryServerStore"/>.</summary>
internal static class InMemoryCatalogue
{
    /// <summary>Takes bytes over by value: the caller's memory may be pooled and written again.</summary>
    /// <exception cref="ArgumentException">Two items have the same kind and key.</exception>
    public static DiscoveryReport Copy(DiscoveryReport report) => report with
    {
        CompletedAt = StoredTime.Normalize(report.CompletedAt),
        Duration = StoredTime.Normalize(report.Duration),
        ServerInfo = report.ServerInfo.ToArray(),
        Capabilities = report.Capabilities.ToArray(),
        Items = report.HasItems ? CopyItems(report.Items) : [],
    };

    public static CatalogueChange Compare(ImmutableArray<CatalogueItem> before, ImmutableArray<CatalogueItem> after)
    {
        var old = before.ToDictionary(item => (item.Kind, item.Key));
        int added = 0, changed = 0;
        foreach (var item in after)
        {
            if (!old.Remove((item.Kind, item.Key), out var previous))
            {
                added++;
            }
            else if (!SameContent(previous, item))
            {
                changed++;
            }
        }

        return new CatalogueChange(added, changed, old.Count);
    }

    private static ImmutableArray<CatalogueItem> CopyItems(ImmutableArray<CatalogueItem> items)
    {
        var keys = new HashSet<(CatalogueItemKind, string)>();
        foreach (var item in items)
        {
            if (!keys.Add((item.Kind, item.Key)))
            {
                throw new ArgumentException("The report lists an item of one kind and key twice.", nameof(items));
            }
        }

        return
        [
            .. items
                .Select(item => item with { Json = item.Json.ToArray() })
                .OrderBy(item => item.Kind)
                .ThenBy(item => item.Ordinal)
                .ThenBy(item => item.Key, StringComparer.Ordinal),
        ];
    }

    private static bool SameContent(CatalogueItem left, CatalogueItem right) =>
        left.Ordinal == right.Ordinal
        && left.Json.Span.SequenceEqual(right.Json.Span)
        && string.Equals(left.Title, right.Title, StringComparison.Ordinal)
        && string.Equals(left.Description, right.Description, StringComparison.Ordinal)
        && string.Equals(left.MimeType, right.MimeType, StringComparison.Ordinal);
}
