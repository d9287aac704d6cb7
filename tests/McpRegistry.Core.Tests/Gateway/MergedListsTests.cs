using System.Text;
using McpRegistry.Core.Tests.Snapshots;
using McpRegistry.Gateway;
using McpRegistry.Protocol;
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
    public void Decode_Cursor_ComesBackForItsOwnListOnly()
    {
        var cursor = new ListCursor(McpMethod.ToolsList, new string('a', 32), int.MaxValue);

        Assert.Equal(cursor, ListCursor.Decode(McpMethod.ToolsList, cursor.Encode()));
        Assert.Null(ListCursor.Decode(McpMethod.PromptsList, cursor.Encode()));
    }

    [Fact]
    public void Decode_HostileText_IsNoneAndNeverThrows()
    {
        string[] texts = ["", " ", "=", "====", "a", "ab", "\0", "😀", "\ud800", "!!!!", Raw("4|1"), Raw("4|-1|a"), Raw("4|1|a|b"), Raw("4|99999999999|a"), Raw("|1|a"), new('A', 170), new('A', 171), new('A', 100_000)];
        Assert.All(texts, text => Assert.Null(ListCursor.Decode(McpMethod.ToolsList, text)));

        var random = new Random(3);
        var valid = new ListCursor(McpMethod.ToolsList, "alias", 12).Encode().ToCharArray();
        for (var i = 0; i < 10_000; i++)
        {
            var text = valid.ToArray();
            text[random.Next(text.Length)] = (char)random.Next(0x3000);
            _ = ListCursor.Decode(McpMethod.ToolsList, new string(text));
        }

        static string Raw(string text) => System.Buffers.Text.Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));
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
