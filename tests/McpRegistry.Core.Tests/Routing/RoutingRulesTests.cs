using McpRegistry.Balancing;
using McpRegistry.Core.Tests.Storage;
using McpRegistry.Routing;
using McpRegistry.Servers;
using McpRegistry.Tenancy;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace McpRegistry.Core.Tests.Routing;

public sealed class RoutingRulesTests
{
    private const string Targets = """{"servers":[{"server":"a"}]}""";

    private readonly RoutingRules _rules = new(NullLogger<RoutingRules>.Instance);

    [Fact]
    public void Save_OlderState_ChangesNothing()
    {
        var rule = RoutingFixture.Rule("{}", Targets) with { Version = 2 };
        _rules.Save(rule);
        var table = _rules.Current;

        _rules.Save(rule with { Version = 1, Priority = 1 });
        _rules.Save(rule);

        Assert.Same(table, _rules.Current);
    }

    [Fact]
    public void Save_SwitchedOff_IsGone()
    {
        var rule = RoutingFixture.Rule("{}", Targets);
        _rules.Save(rule);

        _rules.Save(rule with { IsActive = false, Version = 2 });

        Assert.True(_rules.Current.IsEmpty);
    }

    [Fact]
    public void Save_UnreadableState_LeavesTheRuleOut()
    {
        var rule = RoutingFixture.Rule("{}", Targets);
        _rules.Save(rule);

        _rules.Save(rule with { Conditions = """{"field":"weather","operator":"equals","value":"rain"}""", Version = 2 });

        Assert.True(_rules.Current.IsEmpty);
    }

    /// <summary>A host that no longer registers its own policy still has all other rules.</summary>
    [Fact]
    public void Save_PolicyThatIsNotThere_LeavesThatRuleOutOnly()
    {
        var ofHost = RoutingFixture.Rule("{}", Targets, policy: "of_the_host");
        var other = RoutingFixture.Rule("{}", Targets, policy: "least_latency");
        _rules.Save(ofHost);
        _rules.Save(other);

        Assert.Equal(other.Id, Assert.Single(_rules.Current.Rules).Rule.Id);
        var withPolicy = new RoutingRules(NullLogger<RoutingRules>.Instance, new RoutePolicies([new Named()]));
        withPolicy.Save(ofHost);
        Assert.Equal(RoutePolicy.Weighted, Assert.Single(withPolicy.Current.Rules).Policy);
    }

    [Fact]
    public void Save_ChangedRule_KeepsItsPlaceInTheRotation()
    {
        var rule = RoutingFixture.Rule("{}", Targets);
        _rules.Save(rule);
        var rotation = _rules.Current.Find(rule.Id)!.Rotation;

        _rules.Save(rule with { Priority = 1, Version = 2 });

        Assert.Same(rotation, _rules.Current.Find(rule.Id)!.Rotation);
    }

    [Fact]
    public void Save_RuleOfOneTenant_LeavesThePlansOfOthersAsTheyAre()
    {
        var (one, other) = (new TenantId(Guid.CreateVersion7()), new TenantId(Guid.CreateVersion7()));
        _rules.Save(RoutingFixture.Rule("{}", Targets, tenant: one), RoutingFixture.Rule("{}", Targets));
        var (plan, global) = (_rules.Current.Of(one), _rules.Current.Global);

        _rules.Save(RoutingFixture.Rule("{}", Targets, tenant: other));

        Assert.Same(plan, _rules.Current.Of(one));
        Assert.Same(global, _rules.Current.Global);
    }

    [Fact]
    public async Task Reload_RestoredStore_ItsOlderRulesAreInForce()
    {
        var rule = RoutingFixture.Rule("{}", Targets);
        var other = RoutingFixture.Rule("{}", Targets);
        _rules.Save(rule with { Version = 3, Priority = 3 }, other with { Version = 2, Priority = 3 });

        await _rules.ReloadAsync([rule, other with { Version = 2, Priority = 5, UpdatedAt = other.UpdatedAt.AddHours(1) }]);

        Assert.Equal((rule.Priority, 5), (_rules.Current.Find(rule.Id)!.Rule.Priority, _rules.Current.Find(other.Id)!.Rule.Priority));
        _rules.Save(rule with { Version = 2, Priority = 4 });
        Assert.Equal(4, _rules.Current.Find(rule.Id)!.Rule.Priority);
    }

    [Fact]
    public async Task Reload_SavedMeanwhile_StaysUnlessWhatWasReadIsNewer()
    {
        var rules = Enumerable.Range(0, 4).Select(static _ => RoutingFixture.Rule("{}", Targets)).ToArray();
        _rules.Save(rules[..3]);

        await _rules.ReloadAsync(
            [rules[0], rules[1] with { Version = 3, Priority = 8 }, rules[2]],
            () => _rules.Save(rules[0] with { Version = 2, Priority = 7 }, rules[1] with { Version = 2, Priority = 7 }, rules[2] with { Version = 2, IsActive = false }, rules[3]),
            (_, id, _) => ValueTask.FromResult(rules.FirstOrDefault(rule => rule.Id == id)));

        Assert.Equal((7, 8), (_rules.Current.Find(rules[0].Id)!.Rule.Priority, _rules.Current.Find(rules[1].Id)!.Rule.Priority));
        Assert.Null(_rules.Current.Find(rules[2].Id));
        Assert.NotNull(_rules.Current.Find(rules[3].Id));
    }

    [Fact]
    public async Task Reload_WentMeanwhile_DoesNotComeBack()
    {
        var rule = RoutingFixture.Rule("{}", Targets);
        _rules.Save(rule);

        await _rules.ReloadAsync([rule], () => _rules.Remove(known => known.Id == rule.Id));

        Assert.True(_rules.Current.IsEmpty);
    }

    [Fact]
    public async Task Reload_SwitchedOffMeanwhileAndOnAgainElsewhere_IsInForce()
    {
        var rule = RoutingFixture.Rule("{}", Targets);
        _rules.Save(rule);

        await _rules.ReloadAsync([rule with { Version = 3 }], () => _rules.Save(rule with { Version = 2, IsActive = false }));

        Assert.Equal(3, _rules.Current.Find(rule.Id)!.Rule.Version);
    }

    [Fact]
    public void Headers_OfAllRules_AreNamedOnce()
    {
        _rules.Save(
            RoutingFixture.Rule("""{"not":{"field":"header","name":"X-A","operator":"equals","value":"1"}}""", Targets),
            RoutingFixture.Rule("{}", """{"servers":[{"server":"a"}],"sticky":{"by":"header","name":"x-a"},"canary":{"percent":1,"by":"header","name":"X-B","servers":[{"server":"b"}]}}"""));

        Assert.Equal(["x-a", "x-b"], _rules.Current.Headers.Select(static name => name.ToLowerInvariant()).Order(StringComparer.Ordinal));
    }

    private sealed class Named : ILoadBalancingPolicy
    {
        public string Name => "of_the_host";

        public ILoadBalancer Create(RegisteredServer server, ulong seed) => throw new NotSupportedException();
    }
}
