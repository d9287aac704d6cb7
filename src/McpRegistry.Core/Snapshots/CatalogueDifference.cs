using System.Collections.Immutable;
using McpRegistry.Discovery;

namespace McpRegistry.Snapshots;

/// <summary>Finds which lists look different to clients after an entry of the snapshot changed.</summary>
internal static class CatalogueDifference
{
    public static ListKinds Between(ServerEntry? before, ServerEntry? after)
    {
        var old = Shown(before);
        var now = Shown(after);

        // On the merged endpoint names begin with the alias.
        var isRenamed = before is not null && after is not null && !string.Equals(before.Server.Alias, after.Server.Alias, StringComparison.Ordinal);
        return isRenamed ? KindsOf(old) | KindsOf(now) : old == now ? ListKinds.None : Between(old, now);
    }

    private static ImmutableArray<CatalogueItem> Shown(ServerEntry? entry) => entry is { IsServed: true, Report: { } report } ? report.Items : [];

    private static ListKinds KindsOf(ImmutableArray<CatalogueItem> items) =>
        items.Aggregate(ListKinds.None, static (kinds, item) => kinds | KindOf(item.Kind));

    private static ListKinds Between(ImmutableArray<CatalogueItem> old, ImmutableArray<CatalogueItem> now)
    {
        var kinds = ListKinds.None;
        foreach (var kind in Enum.GetValues<CatalogueItemKind>())
        {
            kinds |= AreSame(Of(old, kind), Of(now, kind)) ? ListKinds.None : KindOf(kind);
        }

        return kinds;
    }

    private static CatalogueItem[] Of(ImmutableArray<CatalogueItem> items, CatalogueItemKind kind) =>
        [.. items.Where(item => item.Kind == kind).OrderBy(static item => item.Ordinal)];

    private static bool AreSame(CatalogueItem[] old, CatalogueItem[] now) => old.AsSpan().SequenceEqual(now, SameEntry.Comparer);

    private static ListKinds KindOf(CatalogueItemKind kind) => kind switch
    {
        CatalogueItemKind.Tool => ListKinds.Tools,
        CatalogueItemKind.Prompt => ListKinds.Prompts,
        _ => ListKinds.Resources,
    };
}
