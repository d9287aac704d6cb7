using McpRegistry.Core.Tests.Snapshots;
using McpRegistry.Gateway;
using McpRegistry.Protocol;
using McpRegistry.Sealing;
using McpRegistry.Servers;
using Xunit;

namespace McpRegistry.Core.Tests.Gateway;

public sealed class MergedListsTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(500)]
    public async Task Answer_AllPages_AreTheWholeListInOrder(int pageSize)
    {
        var gateway = new GatewayFixture { Options = { ListPageSize = pageSize } };
        foreach (var (name, count) in new[] { ("c", 3), ("a", 5), ("a-b", 1), ("empty", 0), ("b", 4) })
        {
            gateway.Snapshots.Set(SnapshotSample.Entry(name, SnapshotSample.Tools(count)));
        }

        var (names, pages) = await ReadAsync(gateway);

        Assert.Equal(["a__t0", "a__t1", "a__t2", "a__t3", "a__t4", "a-b__t0", "b__t0", "b__t1", "b__t2", "b__t3", "c__t0", "c__t1", "c__t2"], names);
        Assert.Equal((13 + pageSize - 1) / pageSize, pages);
    }

    [Fact]
    public async Task Answer_ServersComeAndGo_TheOthersAreListedOnce()
    {
        var gateway = new GatewayFixture { Options = { ListPageSize = 2 } };
        var (b, d) = (SnapshotSample.Entry("b", SnapshotSample.Tools(3)), SnapshotSample.Entry("d", SnapshotSample.Tools(3)));
        gateway.Snapshots.Set(b);
        gateway.Snapshots.Set(d);
        var page = 0;

        var (names, _) = await ReadAsync(gateway, () =>
        {
            switch (++page)
            {
                case 1:
                    // The cursor stands inside of b, which goes; a and c come.
                    gateway.Snapshots.Remove(b.Server.Id);
                    gateway.Snapshots.Set(SnapshotSample.Entry("a", SnapshotSample.Tools(1)));
                    gateway.Snapshots.Set(SnapshotSample.Entry("c", SnapshotSample.Tools(1)));
                    break;
                case 2:
                    gateway.Snapshots.Change(d.Server.Id, entry => entry with { Condition = entry.Condition with { Health = ServerHealth.Degraded } });
                    break;
            }
        });

        Assert.Equal(["b__t0", "b__t1", "c__t0", "d__t0", "d__t1", "d__t2"], names);
    }

    [Fact]
    public async Task Answer_StrictAndOneServerMissing_IsAnErrorThatNamesIt()
    {
        var gateway = new GatewayFixture { Options = { StrictLists = true } };
        gateway.Snapshots.Set(SnapshotSample.Entry("up", SnapshotSample.Tools(1)));
        Assert.NotNull((await gateway.HandleAsync("tools/list"))["result"]);
        gateway.Snapshots.Set(SnapshotSample.Entry("down", SnapshotSample.Tools(1), ServerHealth.Unhealthy));

        var data = (await gateway.HandleAsync("tools/list"))["error"]!["data"]!;

        Assert.Equal("upstreams_missing", (string?)data["reason"]);
        Assert.Equal(["down"], data["upstreams"]!.AsObject().Select(static one => one.Key));
    }

    [Fact]
    public async Task Answer_AllServersMissing_IsAnError()
    {
        var gateway = new GatewayFixture();
        Assert.Empty((await gateway.HandleAsync("tools/list"))["result"]!["tools"]!.AsArray());
        gateway.Snapshots.Set(SnapshotSample.Entry("down", SnapshotSample.Tools(1), ServerHealth.Unhealthy));

        var error = (await gateway.HandleAsync("tools/list"))["error"]!;

        Assert.Equal(-32603, (int)error["code"]!);
        Assert.Equal("missing", (string?)error["data"]!["upstreams"]!["down"]!["status"]);
    }

    /// <summary>The schemas of all revisions have a string or nothing; null is a client's mistake and not the first page.</summary>
    [Theory]
    [InlineData("null")]
    [InlineData("1")]
    [InlineData("\"\"")]
    public async Task Answer_CursorThatIsNone_IsRefusedInBothEras(string cursor)
    {
        var gateway = new GatewayFixture();
        gateway.Snapshots.Set(SnapshotSample.Entry("a", SnapshotSample.Tools(1)));

        var legacy = await gateway.HandleAsync("tools/list", $$"""{"cursor":{{cursor}} }""");
        var modern = await gateway.HandleAsync("tools/list", $$"""{"cursor":{{cursor}},{{GatewayFixture.Envelope}} }""", ProtocolEra.Modern);

        Assert.Equal(-32602, (int)legacy["error"]!["code"]!);
        Assert.Equal(-32602, (int)modern["error"]!["code"]!);
    }

    [Fact]
    public async Task Answer_CursorIsADayOld_IsRefused()
    {
        var gateway = new GatewayFixture { Options = { ListPageSize = 1 } };
        gateway.Snapshots.Set(SnapshotSample.Entry("a", SnapshotSample.Tools(2)));
        var cursor = (string?)(await gateway.HandleAsync("tools/list"))["result"]!["nextCursor"];

        gateway.Clock.Advance(TimeSpan.FromDays(1) - TimeSpan.FromSeconds(1));
        Assert.NotNull((await gateway.HandleAsync("tools/list", $$"""{"cursor":"{{cursor}}"}"""))["result"]);
        gateway.Clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(-32602, (int)(await gateway.HandleAsync("tools/list", $$"""{"cursor":"{{cursor}}"}"""))["error"]!["code"]!);
    }

    [Fact]
    public void Open_Cursor_ComesBackForItsOwnListOnly()
    {
        var sealer = new ProcessKeySealer(TimeProvider.System);
        var cursor = new ListCursor(McpMethod.ToolsList, new string('a', 32), int.MaxValue);
        var text = cursor.Seal(sealer);

        Assert.Equal(cursor, ListCursor.Open(sealer, McpMethod.ToolsList, text));
        Assert.Null(ListCursor.Open(sealer, McpMethod.PromptsList, text));
        Assert.Null(ListCursor.Open(new ProcessKeySealer(TimeProvider.System), McpMethod.ToolsList, text));
    }

    [Fact]
    public void Open_StateOfAnotherForm_IsNone()
    {
        var sealer = new ProcessKeySealer(TimeProvider.System);
        foreach (var state in (byte[][])[[], [1], [1, 0, 0, 0], [9, 0, 0, 0, 0]])
        {
            Assert.Null(ListCursor.Open(sealer, McpMethod.ToolsList, sealer.Seal(SealPurpose.ListCursor, state, TimeSpan.FromHours(1))));
        }

        var other = sealer.Seal(SealPurpose.TaskId, [1, 0, 0, 0, 0, (byte)'a'], TimeSpan.FromHours(1));
        Assert.Null(ListCursor.Open(sealer, McpMethod.ToolsList, other));
    }

    private static async Task<(List<string> Names, int Pages)> ReadAsync(GatewayFixture gateway, Action? betweenPages = null)
    {
        var names = new List<string>();
        string? cursor = null;
        var pages = 0;
        do
        {
            var answer = await gateway.HandleAsync("tools/list", cursor is null ? "{}" : $$"""{"cursor":"{{cursor}}"}""");
            names.AddRange(answer["result"]!["tools"]!.AsArray().Select(tool => (string)tool!["name"]!));
            cursor = (string?)answer["result"]!["nextCursor"];
            Assert.InRange(++pages, 1, 100);
            betweenPages?.Invoke();
        }
        while (cursor is not null);
        return (names, pages);
    }
}
