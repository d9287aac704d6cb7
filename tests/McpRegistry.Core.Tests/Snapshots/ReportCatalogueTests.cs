using McpRegistry.Discovery;
using McpRegistry.Snapshots;
using McpRegistry.Tenancy;
using Xunit;

namespace McpRegistry.Core.Tests.Snapshots;

/// <summary>A snapshot comes with each change of any server; what did not change must not be read again for it.</summary>
public sealed class ReportCatalogueTests
{
    private const int Count = 2_000;

    [Fact]
    public void Build_FurtherSnapshot_ReadsNothingOfUnchangedServersAgain()
    {
        var snapshots = new RegistrySnapshots();
        snapshots.Set(SnapshotSample.Entry("large", Templates().Concat(SnapshotSample.Tools(Count))));
        var other = SnapshotSample.Entry("other");
        snapshots.Set(other);
        var first = Measure(snapshots);
        snapshots.Change(other.Server.Id, static entry => entry with { Condition = entry.Condition with { Since = entry.Condition.Since.AddTicks(1) } });
        var second = Measure(snapshots);

        // Entries of their own and their places in the indexes are what is left; a parsed template is kilobytes.
        Assert.InRange(second, 0, 2 * Count * 300);
        Assert.True(first > second, $"{first} bytes at first, {second} then");
    }

    [Fact]
    public void Find_ManyTemplates_FirstMatchInTheOrderOfTheListCounts()
    {
        CatalogueItem[] items =
        [
            Template("{+any}://never", 0), Template("x://a/{b}/c", 1), Template("x://a/{b}", 2), Template("x://a/b{?q}", 3), Template("x://{h}/d", 4),
            Template("bad://{", 5), Template("plain://whole", 6),
        ];
        var owners = SnapshotSample.View(SnapshotSample.Entry("a", items.Where(static item => item.Ordinal % 2 == 0)), SnapshotSample.Entry("b", items.Where(static item => item.Ordinal % 2 != 0))).Merged.Resources;
        Assert.Equal(["a", "b", "b", "a", "a"], new[] { "x://a/1", "x://a/1/c", "x://a/b?q=1", "x://z/d", "plain://whole" }.Select(uri => OwnerOf(owners, uri)));
    }

    private static string? OwnerOf(ResourceOwners owners, string uri) => owners.Find(uri)?.Server.Alias;

    private static IEnumerable<CatalogueItem> Templates() => Enumerable.Range(0, Count).Select(i => Template($"file:///dir{i}/{{name}}", i));

    private static CatalogueItem Template(string template, int ordinal) => SnapshotSample.Item(CatalogueItemKind.ResourceTemplate, template, ordinal);

    private static long Measure(RegistrySnapshots snapshots)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.NotNull(snapshots.Current.For(TenantId.Global).Merged.Resources.Find("file:///dir7/x"));
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
