using System.Net;
using System.Text;
using McpRegistry.ApiKeys;
using McpRegistry.Core.Tests.AccessControl;
using McpRegistry.Core.Tests.Snapshots;
using McpRegistry.Discovery;
using McpRegistry.Protocol;
using McpRegistry.Routing;
using McpRegistry.Routing.Conditions;
using McpRegistry.Servers;
using McpRegistry.Snapshots;
using McpRegistry.Tenancy;
using McpRegistry.TestSupport;
using Xunit;

namespace McpRegistry.Core.Tests.Routing;

public sealed class RouteEngineTests
{
    private static readonly TenantId Own = new(new Guid("00000000-0000-0000-0000-0000000000a1"));

    private readonly RegistrySnapshots _snapshots = new();
    private readonly RouteEngine _engine;
    private readonly ServerEntry _owner;

    public RouteEngineTests()
    {
        _engine = new RouteEngine(new AccessFixture(_snapshots, new ManualTimeProvider()).Gate);
        _owner = Add("a");
        Add("b");
        Add("c");
        Add("away", ServerHealth.Unhealthy);
        Add("empty", has: "other");
    }

    [Fact]
    public void Choose_TenantRuleAndGlobalOne_TheTenantsComesFirst() => Assert.Equal("b", Chosen(
        Rule("c", priority: 0),
        Rule("b", priority: 900, tenant: Own)));

    [Fact]
    public void Choose_RuleOfAnotherTenant_IsNothing() =>
        Assert.Null(Chosen(Rule("b", tenant: new TenantId(new Guid("00000000-0000-0000-0000-0000000000a2")))));

    [Fact]
    public void Choose_SeveralHold_TheLowestPriorityThenTheOldestWins()
    {
        var (second, first) = (Rule("b"), Rule("c"));
        var older = first with { CreatedAt = second.CreatedAt.AddSeconds(-1) };

        Assert.Equal("c", Chosen(second, older));
        Assert.Equal("b", Chosen(second with { Priority = 99 }, older));
    }

    [Theory]
    [InlineData("away")]
    [InlineData("empty")]
    [InlineData("nowhere")]
    public void Choose_NoUsableTarget_TheNextRuleIsAsked(string server) => Assert.Equal("c", Chosen(Rule(server, priority: 1), Rule("c", priority: 2)));

    [Fact]
    public void Choose_OnlyWeightless_TheNextRuleIsAsked() => Assert.Null(Chosen(
        RoutingFixture.Rule("{}", """{"servers":[{"server":"b","weight":0}]}""")));

    [Fact]
    public void Choose_UnknownEndpoint_IsNotUsable() => Assert.Null(Chosen(
        RoutingFixture.Rule("{}", $$"""{"servers":[{"server":"b","endpoint":"{{Guid.CreateVersion7()}}"}]}""")));

    [Fact]
    public void Choose_Rotation_SpreadsByWeight()
    {
        var table = Table(RoutingFixture.Rule("{}", """{"servers":[{"server":"b","weight":3},{"server":"c","weight":1}]}"""));

        var chosen = Enumerable.Range(0, 400).Select(_ => Choose(table).Server!.Server.Alias).CountBy(static alias => alias).ToDictionary();

        Assert.InRange(chosen["b"], 298, 302);
    }

    [Fact]
    public void Choose_RoundRobin_TakesTurnsWhateverTheWeights()
    {
        var table = Table(RoutingFixture.Rule("{}", """{"servers":[{"server":"b","weight":9},{"server":"c"}]}""", policy: "round_robin"));

        Assert.Equal(["b", "c", "b", "c"], Enumerable.Range(0, 4).Select(_ => Choose(table).Server!.Server.Alias));
    }

    [Theory]
    [InlineData("""{"by":"principal"}""")]
    [InlineData("""{"by":"session"}""")]
    [InlineData("""{"by":"address"}""")]
    [InlineData("""{"by":"header","name":"X-Customer"}""")]
    public void Choose_Sticky_StaysByItsKeyAndDiffersAmongThem(string sticky)
    {
        var table = Table(RoutingFixture.Rule("{}", $$"""{"servers":[{"server":"b"},{"server":"c"}],"sticky":{{sticky}}}"""));
        var all = new HashSet<string>();
        for (var i = 0; i < 40; i++)
        {
            var facts = Facts() with
            {
                Caller = new Caller($"p{i}", Own, ApiKeyScope.Proxy),
                Session = $"s{i}",
                Address = IPAddress.Parse($"10.0.0.{i}"),
                Headers = [new("x-customer", $"c{i}")],
            };
            var chosen = _engine.Choose(table, View, facts, _owner).Server!.Server.Alias;
            all.Add(chosen);

            Assert.All(Enumerable.Range(0, 5), _ => Assert.Equal(chosen, _engine.Choose(table, View, facts, _owner).Server!.Server.Alias));
        }

        Assert.Equal(["b", "c"], all.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Choose_ServersThatKeepState_OneSessionStaysWithOne()
    {
        Add("l1", era: ProtocolEra.Legacy);
        Add("l2", era: ProtocolEra.Legacy);
        var table = Table(RoutingFixture.Rule("{}", """{"servers":[{"server":"l1"},{"server":"l2"}]}"""));
        foreach (var session in (string[])["s1", "s2", "s3"])
        {
            Assert.Single(Enumerable.Range(0, 20).Select(_ => _engine.Choose(table, View, Facts() with { Session = session }, _owner).Server!.Server.Alias).Distinct());
        }
    }

    [Fact]
    public void Choose_Canary_IsTheShareAndGrowsWithoutMovingAnybodyOut()
    {
        var five = RoutingFixture.Rule("{}", """{"canary":{"percent":5,"servers":[{"server":"b"}]}}""");
        var (small, large) = (Table(five), Table(five with { Targets = """{"canary":{"percent":20,"servers":[{"server":"b"}]}}""" }));
        var (inSmall, inLarge) = (0, 0);
        for (var i = 0; i < 20_000; i++)
        {
            var facts = Facts() with { Caller = new Caller($"p{i}", Own, ApiKeyScope.Proxy) };
            var isIn = _engine.Choose(small, View, facts, _owner).IsCanary;
            inSmall += isIn ? 1 : 0;
            var isInLarge = _engine.Choose(large, View, facts, _owner).IsCanary;
            inLarge += isInLarge ? 1 : 0;

            Assert.True(isInLarge || !isIn);
        }

        // Six standard deviations of a binomial around its mean.
        Assert.InRange(inSmall, 1_000 - 185, 1_000 + 185);
        Assert.InRange(inLarge, 4_000 - 340, 4_000 + 340);
    }

    [Fact]
    public void Choose_CanaryWithoutItsKey_IsNotInIt()
    {
        var table = Table(RoutingFixture.Rule("{}", """{"servers":[{"server":"c"}],"canary":{"percent":100,"by":"header","name":"X-Customer","servers":[{"server":"b"}]}}"""));

        Assert.Equal("c", Choose(table).Server!.Server.Alias);
        Assert.Equal("b", _engine.Choose(table, View, Facts() with { Headers = [new("X-Customer", "1")] }, _owner).Server!.Server.Alias);
    }

    [Fact]
    public void Choose_CanaryIsAway_TheRestOfTheRuleServes() => Assert.Equal("c", Chosen(
        RoutingFixture.Rule("{}", """{"servers":[{"server":"c"}],"canary":{"percent":100,"servers":[{"server":"away"}]}}""")));

    [Fact]
    public void Choose_RuleThatOnlyMirrors_TheNextRuleIsAskedAndACopyIsMadeAllTheSame()
    {
        var own = Mirror("b", priority: 1, tenant: Own);
        var choice = Choose(Table(own, RoutingFixture.Rule("{}", """{"servers":[{"server":"c"}],"mirror":{"percent":100,"server":"a"}}""", priority: 900)), Prompt());

        Assert.Equal("c", choice.Server!.Server.Alias);
        Assert.Equal(own.Id, choice.Copier!.Rule.Id);
    }

    [Fact]
    public void Choose_OnlyMirrors_LeavesTheCallWhereItIs()
    {
        var (first, second) = (Mirror("b", priority: 1), Mirror("c", priority: 2));
        var choice = Choose(Table(second, first), Prompt());

        Assert.Null(choice.Rule);
        Assert.Equal(first.Id, choice.Copier!.Rule.Id);
    }

    [Theory]
    [InlineData("away")]
    [InlineData("empty")]
    [InlineData("nowhere")]
    public void Choose_MirrorIsNotUsable_AnotherRuleMakesTheCopy(string server)
    {
        var usable = Mirror("b", priority: 2);

        Assert.Equal(usable.Id, Choose(Table(Mirror(server, priority: 1), usable), Prompt()).Copier!.Rule.Id);
    }

    [Fact]
    public void Choose_RuleThatIsPassedOver_MakesNoCopy() => Assert.True(Choose(
        Table(RoutingFixture.Rule("{}", """{"servers":[{"server":"away"}],"mirror":{"percent":100,"server":"b"}}""")), Prompt()).IsNothing);

    [Fact]
    public void Choose_ToolThatMayChangeSomething_IsNotCopied() => Assert.True(Choose(Table(Mirror("b"))).IsNothing);

    [Fact]
    public void TryChoose_NotReal_TakesNobodysTurn()
    {
        var table = Table(RoutingFixture.Rule("{}", """{"servers":[{"server":"b"},{"server":"c"}]}""", policy: "round_robin"));
        var route = table.Rules.Single();
        for (var i = 0; i < 5; i++)
        {
            Assert.True(_engine.TryChoose(route, View, Facts(), _owner, isReal: false, out var choice));
            Assert.Equal("b", choice.Server!.Server.Alias);
        }

        Assert.Equal("b", Choose(table).Server!.Server.Alias);
    }

    [Fact]
    public void Choose_ThousandRules_TakesNoMemory()
    {
        var rules = Enumerable.Range(0, 1_000).Select(static i => RoutingFixture.Rule(
            $$"""
            {"all":[{"field":"tool","operator":"in","value":["t{{i}}","u{{i}}"]},{"field":"header","name":"X-Region","operator":"starts_with","value":"eu"},
             {"field":"time","operator":"not_in","value":["03:00-03:01"],"zone":"Europe/Berlin"}]}
            """,
            """{"servers":[{"server":"b","weight":2},{"server":"c"}],"canary":{"percent":10,"servers":[{"server":"c"}]}}"""))
            .Append(Mirror("c", priority: 0))
            .Append(RoutingFixture.Rule("""{"field":"argument","pointer":"/q","operator":"regex","value":"^x+$"}""", """{"servers":[{"server":"b"}]}""", priority: 1))
            .Append(RoutingFixture.Rule("""{"field":"tool","operator":"equals","value":"search"}""", """{"servers":[{"server":"b"},{"server":"c"}],"sticky":{"by":"principal"}}""", priority: 900));
        var table = Table([.. rules]);
        var facts = Facts() with { Params = Encoding.UTF8.GetBytes("""{"name":"search","arguments":{"z":[1,{"y":2}],"q":"yyyy"}}"""), Headers = [new("X-Region", "eu-1")] };
        var view = View;
        Assert.Equal(0, Allocations.Of(() => Run(1_000)));

        void Run(int times)
        {
            for (var i = 0; i < times; i++)
            {
                Assert.NotNull(_engine.Choose(table, view, facts, _owner).Rule);
            }
        }
    }

    private TenantView View => _snapshots.Current.For(Own);

    private string? Chosen(params RoutingRule[] rules) => Choose(Table(rules)).Server?.Server.Alias;

    private RouteChoice Choose(RoutingTable table) => Choose(table, Facts());

    private RouteChoice Choose(RoutingTable table, RouteFacts facts) => _engine.Choose(table, View, facts, _owner);

    private static RoutingRule Mirror(string server, int priority = 100, TenantId tenant = default) =>
        RoutingFixture.Rule("{}", $$$"""{"mirror":{"percent":100,"server":"{{{server}}}"}}""", priority, tenant);

    private RouteFacts Prompt() => Facts() with { Method = McpMethod.PromptsGet, ItemField = RouteField.Prompt };

    private static RoutingTable Table(params RoutingRule[] rules) => RoutingTable.Empty.With([], [.. rules.Select(RoutingFixture.Compile)]);

    private static RoutingRule Rule(string server, int priority = 100, TenantId tenant = default) =>
        RoutingFixture.Rule("""{"field":"tool","operator":"equals","value":"search"}""", $$"""{"servers":[{"server":"{{server}}"}]}""", priority, tenant);

    private RouteFacts Facts() => new()
    {
        Caller = new Caller("p", Own, ApiKeyScope.Proxy),
        Method = McpMethod.ToolsCall,
        Item = "search",
        ItemField = RouteField.Tool,
        Server = _owner.Server,
        Headers = [],
        At = DateTimeOffset.UnixEpoch,
    };

    private ServerEntry Add(string alias, ServerHealth health = ServerHealth.Healthy, string has = "search", ProtocolEra? era = ProtocolEra.Modern)
    {
        var entry = SnapshotSample.Entry(alias, [SnapshotSample.Item(CatalogueItemKind.Tool, has), SnapshotSample.Item(CatalogueItemKind.Prompt, has)], health, era: era);
        _snapshots.Set(entry);
        return entry;
    }
}
