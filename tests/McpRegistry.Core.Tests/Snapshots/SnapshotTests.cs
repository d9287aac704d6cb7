using System.Text;
using McpRegistry.Core.Tests.Protocol;
using McpRegistry.Discovery;
using McpRegistry.Servers;
using McpRegistry.Snapshots;
using McpRegistry.Tenancy;
using Xunit;

namespace McpRegistry.Core.Tests.Snapshots;

public sealed class SnapshotTests
{
    [Fact]
    public void ExposedName_Length_IsAtMostSixtyFourAndDeterministic()
    {
        for (var length = 1; length < 200; length++)
        {
            var name = new string('n', length);
            var exposed = ExposedName.Of("alias", name);

            Assert.InRange(exposed.Length, 8, 64);
            Assert.Equal(exposed, ExposedName.Of("alias", name));
            Assert.StartsWith("alias__n", exposed, StringComparison.Ordinal);
            Assert.Equal(length <= 57, exposed == $"alias__{name}");
        }
    }

    [Fact]
    public void ExposedName_PairAtTheCut_IsNotTornApart()
    {
        for (var before = 40; before < 60; before++)
        {
            var exposed = ExposedName.Of("a", new string('n', before) + string.Concat(Enumerable.Repeat("😀", 20)));

            Assert.InRange(exposed.Length, 60, 64);
            Assert.Equal(exposed, Encoding.UTF8.GetString(new UTF8Encoding(false, true).GetBytes(exposed)));
        }
    }

    [Theory]
    [InlineData("read file", "a__read_file_")]
    [InlineData("grö/ß:e", "a__gr____e_")]
    [InlineData("😀", "a_____")]
    public void ExposedName_OtherCharacters_AreReplacedAndTheWholeIsHashed(string name, string start)
    {
        var exposed = ExposedName.Of("a", name);
        Assert.StartsWith(start, exposed, StringComparison.Ordinal);
        Assert.Matches("^[A-Za-z0-9_.-]{1,64}$", exposed);
        Assert.Equal(start.Length + 10, exposed.Length);
        Assert.Equal(exposed, ExposedName.Of("a", name));
        Assert.NotEqual(exposed, ExposedName.Of("a", name + "!"));
    }

    [Fact]
    public void ExposedName_NamesThatDifferInReplacedCharacters_StayApart()
    {
        var names = Enumerable.Range(0x20, 500).Select(i => ExposedName.Of("a", $"n{(char)i}"));
        Assert.Equal(500, names.Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public void ExposedName_LongNames_StayApart()
    {
        var names = Enumerable.Range(0, 5_000).Select(i => ExposedName.Of("a", new string('n', 80) + i));

        Assert.Equal(5_000, names.Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public void Build_TenantView_HasGlobalAndOwnServersInOrderOfAlias()
    {
        var (mine, other) = (new TenantId(new Guid(1, 0, 0, new byte[8])), new TenantId(new Guid(2, 0, 0, new byte[8])));
        var entries = new[]
        {
            SnapshotSample.Entry("zeta"), SnapshotSample.Entry("a-b", tenant: mine), SnapshotSample.Entry("a0", tenant: mine), SnapshotSample.Entry("other", tenant: other),
            SnapshotSample.Entry("both", tenant: mine), SnapshotSample.Entry("both"),
        };
        var snapshots = new RegistrySnapshots();
        Array.ForEach(entries, snapshots.Set);

        var view = snapshots.Current.For(mine);

        Assert.Equal(["a-b", "a0", "both", "zeta"], view.Servers.Select(entry => entry.Server.Alias));
        Assert.True(view.Find("both")!.Server.Tenant.IsGlobal);
        Assert.Null(view.Find("other"));
        Assert.Same(view, snapshots.Current.For(mine));
        Assert.Equal(["both", "zeta"], snapshots.Current.For(TenantId.Global).Servers.Select(entry => entry.Server.Alias));
    }

    [Fact]
    public void Build_MergedCatalogue_LeavesAbsentServersOut()
    {
        var merged = SnapshotSample.View(
            SnapshotSample.Entry("b", SnapshotSample.Tools(2)),
            SnapshotSample.Entry("down", SnapshotSample.Tools(2), ServerHealth.Unhealthy),
            SnapshotSample.Entry("off", SnapshotSample.Tools(2), enabled: false),
            SnapshotSample.Entry("a", SnapshotSample.Tools(2).Reverse(), ServerHealth.Degraded)).Merged;

        Assert.Equal(["a__t0", "a__t1", "b__t0", "b__t1"], merged.Tools.Select(tool => tool.Name));
        Assert.Equal("""{"name":"a__t0","x":1}""", Message.Text(merged.Tools[0].Json));
        Assert.Equal("\"t0\"", Message.Text(merged.Tools[0].UpstreamName));
        Assert.False(merged.AllAbsent);
        Assert.Null(merged.FindTool("down__t0"));
    }

    [Fact]
    public void Find_ResourceOwner_ByListThenTemplateThenScheme()
    {
        var view = SnapshotSample.View(
            SnapshotSample.Entry("a", [SnapshotSample.Item(CatalogueItemKind.Resource, "file:///one"), SnapshotSample.Item(CatalogueItemKind.Resource, "only://x")]),
            SnapshotSample.Entry("b", [SnapshotSample.Item(CatalogueItemKind.Resource, "file:///one"), SnapshotSample.Item(CatalogueItemKind.ResourceTemplate, "file:///logs/{name}")]));
        var owners = view.Merged.Resources;

        Assert.Equal("a", owners.Find("file:///one")!.Server.Alias);
        Assert.Equal("b", owners.Find("file:///logs/x")!.Server.Alias);
        Assert.Equal("b", owners.FindTemplate("file:///logs/{name}")!.Server.Alias);
        Assert.Equal("a", owners.Find("only://anything")!.Server.Alias);
        Assert.Equal("a", owners.Find("ONLY://anything")!.Server.Alias);
        Assert.Null(owners.Find("file:///other"));
        Assert.Null(owners.Find("none:x"));
        Assert.Single(owners.Listed, item => item.Name == "file:///one");
    }

    [Theory]
    [InlineData("x://{a}/b", "x://1/b", true)]
    [InlineData("x://{a}/b", "x:///b", true)]
    [InlineData("x://{a}/b", "x://1/2/b", false)]
    [InlineData("x://{a}/b", "x://1/b/", false)]
    [InlineData("x://{a}/b", "x://1/b\n", false)]
    [InlineData("x://{+a}", "x://1/2?q#f", true)]
    [InlineData("x://h{#f}", "x://h#frag", true)]
    [InlineData("x://h{#f}", "x://h", true)]
    [InlineData("x://h{/p*}", "x://h/a/b", true)]
    [InlineData("x://h{/p}", "x://ha", false)]
    [InlineData("x://h{?q,r}", "x://h?q=1&r=2", true)]
    [InlineData("x://h?a=1{&q}", "x://h?a=1&q=2", true)]
    [InlineData("x://h?a=1{&q}", "x://h?a=1q", false)]
    [InlineData("x://h{.ext}", "x://h.json", true)]
    [InlineData("x://h{;p,q}", "x://h;p=1;q", true)]
    [InlineData("x://h{a,b:3}", "x://h1,2", true)]
    [InlineData("x://(.*)+$", "x://(.*)+$", true)]
    [InlineData("x://(.*)+$", "x://abc", false)]
    [InlineData("x://h", "X://h", false)]
    public void Matches_UriTemplate_FollowsTheOperators(string template, string uri, bool expected) =>
        Assert.Equal(expected, UriTemplate.Parse(template)!.Matches(uri));

    [Theory]
    [InlineData("x://{")]
    [InlineData("x://{}")]
    [InlineData("x://{a}{b")]
    public void Parse_BrokenTemplate_IsNone(string template) => Assert.Null(UriTemplate.Parse(template));

    [Fact]
    public void Parse_OverlongTemplate_IsNone() => Assert.Null(UriTemplate.Parse(new string('x', 513)));

    /// <summary>Each write sets two servers to one mark in two steps; no reader may see a state that was never published.</summary>
    [Fact]
    public async Task Current_ManyWritersAndReaders_StatesAreWholeAndNeverGoBack()
    {
        var snapshots = new RegistrySnapshots();
        var entries = Enumerable.Range(0, 4).Select(i => SnapshotSample.Entry($"s{i}")).ToArray();
        Array.ForEach(entries, snapshots.Set);
        using var done = new CancellationTokenSource();
        var readers = Enumerable.Range(0, 3).Select(_ => Task.Run(() =>
        {
            var last = 0L;
            while (!done.IsCancellationRequested)
            {
                var current = snapshots.Current;
                Assert.True(current.Generation >= last);
                last = current.Generation;
                var view = current.For(TenantId.Global);
                Assert.Equal(current.Servers.Count, view.Servers.Length);
                Assert.All(view.Servers, entry => Assert.Same(current.Servers[entry.Server.Id], entry));
            }
        })).ToArray();
        await Task.WhenAll(entries.Select(entry => Task.Run(() =>
        {
            for (var i = 0; i < 2_000; i++)
            {
                snapshots.Change(entry.Server.Id, seen => seen with { Condition = seen.Condition with { Since = seen.Condition.Since.AddTicks(1) } });
                snapshots.Change(Guid.Empty, _ => throw new InvalidOperationException());
            }
        })));
        await done.CancelAsync();
        await Task.WhenAll(readers);

        Assert.Equal(4 + 8_000, snapshots.Current.Generation);
        Assert.All(snapshots.Current.Servers.Values, entry => Assert.Equal(2_000, entry.Condition.Since.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks));
    }
}
