using McpRegistry.ApiKeys;
using McpRegistry.Core.Tests.AccessControl;
using McpRegistry.Core.Tests.Snapshots;
using McpRegistry.Discovery;
using McpRegistry.Protocol;
using McpRegistry.Routing;
using McpRegistry.Routing.Conditions;
using McpRegistry.Servers;
using McpRegistry.Snapshots;
using McpRegistry.TestSupport;
using McpRegistry.Upstream;
using Xunit;

namespace McpRegistry.Core.Tests.Routing;

/// <summary>Who gets the calls of a rule that prefers some of its servers.</summary>
public sealed class PreferredServerTests
{
    private const string TwoAndTwo =
        """{"server":"s","weight":30},{"server":"p","weight":3,"preferred":true},{"server":"t","weight":10,"preferred":false},{"server":"q","preferred":true}""";

    private static readonly string[] Aliases = ["p", "q", "s", "t"];

    private readonly RegistrySnapshots _snapshots = new();
    private readonly Dictionary<string, ServerEntry> _entries;
    private readonly RouteEngine _engine;

    public PreferredServerTests()
    {
        _engine = new RouteEngine(new AccessFixture(_snapshots, new ManualTimeProvider()).Gate);
        _entries = Aliases.ToDictionary(static alias => alias, static alias => Entry(alias));
        foreach (var entry in _entries.Values)
        {
            _snapshots.Set(entry);
        }
    }

    [Fact]
    public void Choose_Weights_ArePartsOfThePreferredOnes()
    {
        var chosen = Chosen(Table(TwoAndTwo), 400).CountBy(static alias => alias).ToDictionary();

        Assert.Equal(["p", "q"], chosen.Keys.Order(StringComparer.Ordinal));
        Assert.InRange(chosen["p"], 298, 302);
    }

    [Fact]
    public void Choose_RoundRobin_TakesTurnsAmongThePreferredOnes() => Assert.Equal(["p", "q", "p", "q"], Chosen(Table(TwoAndTwo, policy: "round_robin"), 4));

    [Fact]
    public void Choose_NoneOfThemIsUsable_TheOthersServeByTheirWeightsUntilOneIs()
    {
        var table = Table(TwoAndTwo);
        SetHealth("p", ServerHealth.Unhealthy);
        Assert.Equal(["q"], Chosen(table, 20).Distinct());

        SetHealth("q", ServerHealth.Unhealthy);
        var chosen = Chosen(table, 400).CountBy(static alias => alias).ToDictionary();
        Assert.Equal(["s", "t"], chosen.Keys.Order(StringComparer.Ordinal));
        Assert.InRange(chosen["s"], 298, 302);

        SetHealth("q", ServerHealth.Healthy);
        Assert.Equal(["q"], Chosen(table, 20).Distinct());
    }

    /// <summary>What wants to be left alone is, while there is another one; not where sessions would lose what they have there.</summary>
    [Fact]
    public void Choose_PreferredWantToBeLeftAlone_TheOthersServeMeanwhile()
    {
        var (p, q) = (Limit("p"), Limit("q"));
        var table = Table(TwoAndTwo);
        p.IsLimited = true;
        Assert.Equal(["q"], Chosen(table, 20).Distinct());

        q.IsLimited = true;
        Assert.Equal(["s", "t"], Chosen(table, 20).Distinct().Order(StringComparer.Ordinal));

        SetHealth("s", ServerHealth.Unhealthy);
        SetHealth("t", ServerHealth.Unhealthy);
        Assert.Equal(["p", "q"], Chosen(table, 20).Distinct().Order(StringComparer.Ordinal));

        SetHealth("s", ServerHealth.Healthy);
        p.IsLimited = false;
        Assert.Equal(["p"], Chosen(table, 20).Distinct());

        var legacy = Limit("q", ProtocolEra.Legacy);
        legacy.IsLimited = true;
        Assert.Contains("q", OfCallers(table));
    }

    [Fact]
    public void Choose_NothingIsUsable_TheNextRuleIsAsked()
    {
        SetHealth("p", ServerHealth.Unhealthy);
        SetHealth("s", ServerHealth.Unhealthy);
        var table = RoutingTable.Empty.With([], [Route("""{"server":"p","preferred":true},{"server":"s"}"""), Route("""{"server":"t"}""")]);

        Assert.Equal(["t"], Chosen(table, 1));
    }

    [Fact]
    public void Choose_PreferredWithoutWeight_IsNotUsable() => Assert.Equal(["s"], Chosen(Table("""{"server":"p","weight":0,"preferred":true},{"server":"s"}"""), 5).Distinct());

    [Theory]
    [InlineData("weighted")]
    [InlineData("round_robin")]
    [InlineData("consistent_hash")]
    public void Choose_AllArePreferred_IsAsIfNoneWere(string policy)
    {
        const string plain = """{"server":"s","weight":5},{"server":"p","weight":2},{"server":"t"},{"server":"q","weight":0}""";
        var (one, other) = (Table(plain, policy: policy), Table(plain.Replace("}", ",\"preferred\":true}", StringComparison.Ordinal), policy: policy));

        // A key is assigned by the names of the servers and not by the rule.
        Assert.Equal(Chosen(one, 200), Chosen(other, 200));
        Assert.Equal(OfCallers(one), OfCallers(other));
    }

    [Theory]
    [InlineData(",\"sticky\":{\"by\":\"principal\"}", null)]
    [InlineData("", "consistent_hash")]
    public void Choose_CallersThatStay_FallOverAndComeBack(string sticky, string? policy)
    {
        var table = Table(TwoAndTwo, sticky, policy);
        var before = OfCallers(table);
        Assert.Equal(["p", "q"], before.Distinct().Order(StringComparer.Ordinal));

        // Those of one go to the other preferred one and those of the other stay.
        SetHealth("p", ServerHealth.Unhealthy);
        Assert.Equal(["q"], OfCallers(table).Distinct());

        SetHealth("q", ServerHealth.Unhealthy);
        var elsewhere = OfCallers(table);
        Assert.Equal(["s", "t"], elsewhere.Distinct().Order(StringComparer.Ordinal));
        Assert.Equal(elsewhere, OfCallers(table));

        SetHealth("p", ServerHealth.Healthy);
        SetHealth("q", ServerHealth.Healthy);
        Assert.Equal(before, OfCallers(table));
    }

    [Fact]
    public void Choose_Canary_PrefersInItsOwnList()
    {
        var table = Table("""{"server":"p"}""", ""","canary":{"percent":100,"servers":[{"server":"s"},{"server":"q","preferred":true}]}""");
        Assert.Equal(["q"], Chosen(table, 10).Distinct());

        SetHealth("q", ServerHealth.Unhealthy);
        Assert.Equal(["s"], Chosen(table, 10).Distinct());

        SetHealth("s", ServerHealth.Unhealthy);
        Assert.Equal(["p"], Chosen(table, 10).Distinct());
    }

    /// <summary>The state of sessions at servers that get no calls binds nobody.</summary>
    [Fact]
    public void Choose_OnlyTheOthersKeepState_SpreadsEachCall()
    {
        foreach (var alias in (string[])["s", "t"])
        {
            _snapshots.Set(Entry(alias, ProtocolEra.Legacy) with { Server = _entries[alias].Server });
        }

        Assert.Equal(["p", "q"], Chosen(Table(TwoAndTwo), 20).Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Choose_WithPreferredServers_TakesNoMemory()
    {
        SetHealth("q", ServerHealth.Unhealthy);
        var tables = new[] { Table(TwoAndTwo), Table("""{"server":"q","preferred":true},{"server":"s"},{"server":"t"}""") };
        var (view, facts) = (_snapshots.Current.For(default), Facts("p"));

        Assert.Equal(0, Allocations.Of(() => Run(1_000)));

        void Run(int times)
        {
            for (var i = 0; i < times; i++)
            {
                Assert.NotNull(_engine.Choose(tables[i % 2], view, facts, _entries["p"]).Rule);
            }
        }
    }

    private Limited Limit(string alias, ProtocolEra era = ProtocolEra.Modern)
    {
        var limited = new Limited();
        _entries[alias] = _entries[alias] with { Connections = limited, Report = Entry(alias, era).Report };
        _snapshots.Set(_entries[alias]);
        return limited;
    }

    private string[] Chosen(RoutingTable table, int count) => [.. Enumerable.Range(0, count).Select(_ => Choose(table, "p"))];

    private string[] OfCallers(RoutingTable table) => [.. Enumerable.Range(0, 60).Select(number => Choose(table, $"p{number}"))];

    private string Choose(RoutingTable table, string principal) => _engine.Choose(table, _snapshots.Current.For(default), Facts(principal), _entries["p"]).Server!.Server.Alias;

    private RouteFacts Facts(string principal) => new()
    {
        Caller = new Caller(principal, default, ApiKeyScope.Proxy),
        Method = McpMethod.ToolsCall,
        Item = "search",
        ItemField = RouteField.Tool,
        Server = _entries["p"].Server,
        Headers = [],
        At = DateTimeOffset.UnixEpoch,
    };

    private void SetHealth(string alias, ServerHealth health) => _snapshots.Set(_entries[alias] with { Condition = Entry(alias, health: health).Condition });

    private static ServerEntry Entry(string alias, ProtocolEra era = ProtocolEra.Modern, ServerHealth health = ServerHealth.Healthy) =>
        SnapshotSample.Entry(alias, [SnapshotSample.Item(CatalogueItemKind.Tool, "search")], health, era: era);

    private static RoutingTable Table(string servers, string more = "", string? policy = null) => RoutingTable.Empty.With([], [Route(servers, more, policy)]);

    private static CompiledRoute Route(string servers, string more = "", string? policy = null) =>
        RoutingFixture.Compile(RoutingFixture.Rule("{}", $$"""{"servers":[{{servers}}]{{more}}}""", policy: policy));

    /// <summary>A server whose endpoints want to be left alone, or do not.</summary>
    private sealed class Limited : IServerConnections
    {
        public bool IsLimited { get; set; }

        public bool IsHeldBack(Guid? endpoint) => IsLimited;

        public ValueTask<LeaseResult> AcquireAsync(ISessionOwner owner, CancellationToken cancellationToken) => throw new NotSupportedException();

        public ValueTask<IReadOnlyList<ConnectionLease>> AcquireOpenAsync(ISessionOwner owner, CancellationToken cancellationToken) => throw new NotSupportedException();

        public ValueTask<DiscoveryReport?> RereadAsync(CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
