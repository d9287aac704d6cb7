using McpRegistry.Discovery;
using McpRegistry.Servers;
using McpRegistry.Snapshots;
using Xunit;

namespace McpRegistry.Core.Tests.Snapshots;

public sealed class CatalogueChangesTests
{
    private readonly RegistrySnapshots _snapshots = new();
    private readonly RecordingCatalogueListener _listener = new();

    [Fact]
    public void Set_ServerComesAndGoes_TellsTheKindsThatItHas()
    {
        using var listening = _snapshots.Changes.Listen(_listener);
        var entry = Entry(SnapshotSample.Item(CatalogueItemKind.Tool, "t"), SnapshotSample.Item(CatalogueItemKind.ResourceTemplate, "x:{y}"));
        _snapshots.Set(entry);
        _snapshots.Remove(entry.Server.Id);

        Assert.Equal([("a", ListKinds.Tools | ListKinds.Resources), ("a", ListKinds.Tools | ListKinds.Resources)], _listener.Heard);
    }

    [Fact]
    public void Change_OneKindDiffers_TellsThatKindOnly()
    {
        var entry = Entry(SnapshotSample.Item(CatalogueItemKind.Tool, "t"), SnapshotSample.Item(CatalogueItemKind.Prompt, "p"));
        _snapshots.Set(entry);
        using var listening = _snapshots.Changes.Listen(_listener);
        Report(entry, SnapshotSample.Item(CatalogueItemKind.Tool, "t"), SnapshotSample.Item(CatalogueItemKind.Prompt, "q"));

        Assert.Equal([("a", ListKinds.Prompts)], _listener.Heard);
    }

    [Fact]
    public void Change_OrderDiffers_CountsAsAChange()
    {
        var entry = Entry(SnapshotSample.Item(CatalogueItemKind.Tool, "t"), SnapshotSample.Item(CatalogueItemKind.Tool, "u", 1));
        _snapshots.Set(entry);
        using var listening = _snapshots.Changes.Listen(_listener);
        Report(entry, SnapshotSample.Item(CatalogueItemKind.Tool, "t", 1), SnapshotSample.Item(CatalogueItemKind.Tool, "u"));

        Assert.Equal([("a", ListKinds.Tools)], _listener.Heard);
    }

    [Fact]
    public void Change_SameItemsReadAgain_TellsNothing()
    {
        var entry = Entry(SnapshotSample.Item(CatalogueItemKind.Tool, "t"));
        _snapshots.Set(entry);
        using var listening = _snapshots.Changes.Listen(_listener);
        Report(entry, SnapshotSample.Item(CatalogueItemKind.Tool, "t"));

        Assert.Empty(_listener.Heard);
    }

    [Theory]
    [InlineData(ServerHealth.Unhealthy)]
    [InlineData(ServerHealth.Degraded)]
    public void Change_Health_TellsWhetherTheServerIsStillServed(ServerHealth health)
    {
        var entry = Entry(SnapshotSample.Item(CatalogueItemKind.Tool, "t"));
        _snapshots.Set(entry);
        using var listening = _snapshots.Changes.Listen(_listener);
        _snapshots.Change(entry.Server.Id, known => known with { Condition = known.Condition with { Health = health } });

        Assert.Equal(health == ServerHealth.Unhealthy ? [("a", ListKinds.Tools)] : [], _listener.Heard);
    }

    [Fact]
    public void Dispose_Listener_HearsNothingMore()
    {
        var listening = _snapshots.Changes.Listen(_listener);
        listening.Dispose();
        listening.Dispose();
        _snapshots.Set(Entry(SnapshotSample.Item(CatalogueItemKind.Tool, "t")));

        Assert.Empty(_listener.Heard);
        Assert.Equal(0, _snapshots.Changes.Count);
    }

    private static ServerEntry Entry(params CatalogueItem[] items) => SnapshotSample.Entry("a", items);

    private void Report(ServerEntry entry, params CatalogueItem[] items) =>
        _snapshots.Change(entry.Server.Id, known => known with { Report = known.Report! with { Items = [.. items] } });
}
