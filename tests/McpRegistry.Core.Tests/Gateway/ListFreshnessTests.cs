using System.Collections.Immutable;
using System.Text.Json.Nodes;
using McpRegistry.Core.Tests.Snapshots;
using McpRegistry.Discovery;
using McpRegistry.Protocol;
using McpRegistry.Servers;
using McpRegistry.Snapshots;
using McpRegistry.Tenancy;
using Xunit;

namespace McpRegistry.Core.Tests.Gateway;

public sealed class ListFreshnessTests
{
    private readonly GatewayFixture _gateway = new() { Options = { ListPageSize = 2 } };

    [Fact]
    public async Task List_SeveralParts_IsAsFreshAsTheOldest()
    {
        Add("a", 10_000);
        _gateway.Clock.Advance(TimeSpan.FromSeconds(2));
        Add("b", 9_000);

        Assert.Equal((8_000, "public"), await ListAsync());
        _gateway.Clock.Advance(TimeSpan.FromMilliseconds(3_000.25));
        Assert.Equal((4_999, "public"), await ListAsync());
        _gateway.Clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal((0, "public"), await ListAsync());
    }

    [Fact]
    public async Task List_OnePrivatePart_IsPrivate()
    {
        Add("a", 10_000);
        Add("b", 20_000, isPublic: false);

        Assert.Equal((10_000, "private"), await ListAsync());
    }

    [Fact]
    public async Task List_PartThatNobodyReadYet_IsNotKept()
    {
        Add("a", 10_000);
        _gateway.Snapshots.Set(SnapshotSample.Entry("b", SnapshotSample.Tools(1)));

        Assert.Equal((0, "private"), await ListAsync());
    }

    [Fact]
    public async Task List_MissingServer_IsPrivateAndShort()
    {
        Add("a", 10_000);
        _gateway.Snapshots.Set(SnapshotSample.Entry("b", SnapshotSample.Tools(1), ServerHealth.Unhealthy));
        Assert.Equal((1_000, "private"), await ListAsync());

        Add("c", 500);
        Assert.Equal((500, "private"), await ListAsync());
    }

    [Fact]
    public async Task List_DisabledServer_IsNoPart()
    {
        Add("a", 10_000);
        _gateway.Snapshots.Set(SnapshotSample.Entry("b", enabled: false));

        Assert.Equal((10_000, "public"), await ListAsync());
    }

    [Fact]
    public async Task List_WithoutServers_IsNotKept() => Assert.Equal((0, "private"), await ListAsync());

    [Theory]
    [InlineData(0, 0)]
    [InlineData(5, 3_000)]
    public async Task List_LegacyPart_IsPrivateAndKeptAsTheOperatorSays(int seconds, int expected)
    {
        _gateway.Options.LegacyListTtl = TimeSpan.FromSeconds(seconds);
        Add("a", 10_000);
        Add("b", 60_000, era: ProtocolEra.Legacy);
        _gateway.Clock.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal((expected, "private"), await ListAsync());
    }

    /// <summary>What the caller sees is not what callers of other tenants see.</summary>
    [Fact]
    public async Task List_ServersOfATenant_IsPrivateForAll()
    {
        Add("a", 10_000);
        _gateway.Snapshots.Set(SnapshotSample.Entry("b", tenant: new TenantId(new Guid(9, 0, 0, new byte[8]))));

        Assert.Equal((10_000, "private"), await ListAsync());
    }

    [Fact]
    public async Task Pages_PrivateFirst_StayPrivate()
    {
        var b = Add("b", 10_000, isPublic: false);
        Add("c", 10_000);
        var first = await PageAsync(null);
        Restate(b, new CacheHint(10_000, IsPublic: true));

        Assert.Equal("private", Scope(await PageAsync(Cursor(first))));
        Assert.Equal("public", Scope(await PageAsync(null)));
    }

    [Fact]
    public async Task Pages_PublicFirstAndPrivateNow_HaveToBeginAnew()
    {
        Add("b", 10_000);
        var c = Add("c", 10_000);
        var first = await PageAsync(null);
        Assert.Equal("public", Scope(first));
        Restate(c, new CacheHint(10_000, IsPublic: false));

        Assert.Equal(-32602, (int)(await PageAsync(Cursor(first)))["error"]!["code"]!);
        Assert.NotNull((await _gateway.HandleAsync("tools/list", $$"""{"cursor":"{{Cursor(first)}}"}"""))["result"]);
    }

    [Fact]
    public async Task Pages_PublicFirstAndAServerMissingNow_StayPublicAndShort()
    {
        Add("b", 10_000);
        var c = Add("c", 10_000);
        Add("d", 10_000);
        var first = await PageAsync(null);
        _gateway.Snapshots.Change(c, static entry => entry with { Condition = entry.Condition with { Health = ServerHealth.Unhealthy } });

        var second = await PageAsync(Cursor(first));

        Assert.Equal((1_000, "public"), ((int)second["result"]!["ttlMs"]!, Scope(second)));
        Assert.Equal("private", Scope(await PageAsync(null)));
    }

    [Fact]
    public async Task Discover_Endpoints_SayWhatTheirServersSaid()
    {
        Add("a", 10_000, self: new CacheHint(7_000, IsPublic: true));
        Add("b", 10_000, self: new CacheHint(9_000, IsPublic: false));
        Add("own", 10_000, self: new CacheHint(9_000, IsPublic: true), tenant: new TenantId(new Guid(9, 0, 0, new byte[8])));
        _gateway.Caller = _gateway.Caller with { Tenant = new TenantId(new Guid(9, 0, 0, new byte[8])) };
        _gateway.Clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal((6_000, "private"), await HintAsync("server/discover"));
        Assert.Equal((6_000, "public"), await HintAsync("server/discover", "a"));
        Assert.Equal((8_000, "private"), await HintAsync("server/discover", "b"));
        Assert.Equal((8_000, "private"), await HintAsync("server/discover", "own"));
    }

    [Fact]
    public void With_ReportOfAnotherReplica_ForgetsTheHints()
    {
        var server = Add("a", 10_000);
        var entry = _gateway.Snapshots.Current.Servers[server];

        Assert.Same(entry, entry.With(entry.Report));
        var later = entry.Report! with { CompletedAt = entry.Report.CompletedAt.AddSeconds(1) };
        Assert.Same(entry, entry.With(later));
        Assert.Same(CatalogueHints.Unknown, entry.With(later with { Items = [] }).Hints);
    }

    private Guid Add(string serverAlias, long ttl, bool isPublic = true, ProtocolEra era = ProtocolEra.Modern, CacheHint self = default, TenantId tenant = default)
    {
        var now = _gateway.Clock.GetTimestamp();
        var lists = Enum.GetValues<CatalogueItemKind>().ToImmutableDictionary(kind => kind, _ => new ReadHint(new CacheHint(ttl, isPublic), now));
        var entry = SnapshotSample.Entry(serverAlias, SnapshotSample.Tools(2), tenant: tenant);
        _gateway.Snapshots.Set(entry with { Report = entry.Report! with { Era = era }, Hints = new CatalogueHints(new ReadHint(self, now), lists) });
        return entry.Server.Id;
    }

    private void Restate(Guid server, CacheHint hint) => _gateway.Snapshots.Change(server, entry => entry with
    {
        Hints = entry.Hints with { Lists = entry.Hints.Lists.SetItem(CatalogueItemKind.Tool, new ReadHint(hint, _gateway.Clock.GetTimestamp())) },
    });

    private Task<(int Ttl, string? Scope)> ListAsync() => HintAsync("tools/list");

    private async Task<(int Ttl, string? Scope)> HintAsync(string method, string? at = null)
    {
        var answer = await _gateway.HandleAsync(method, $$"""{ {{GatewayFixture.Envelope}} }""", ProtocolEra.Modern, at);
        return ((int)answer["result"]!["ttlMs"]!, Scope(answer));
    }

    private Task<JsonObject> PageAsync(string? cursor) => _gateway.HandleAsync(
        "tools/list", $$"""{ {{(cursor is null ? "" : $"\"cursor\":\"{cursor}\",")}}{{GatewayFixture.Envelope}} }""", ProtocolEra.Modern);

    private static string? Scope(JsonObject answer) => (string?)answer["result"]!["cacheScope"];

    private static string? Cursor(JsonObject answer) => (string?)answer["result"]!["nextCursor"];
}
