using McpRegistry.Routing;
using McpRegistry.Tenancy;
using Xunit;

namespace McpRegistry.Core.Tests.Routing;

public sealed class RuleFaultTests
{
    private const string Targets = """{"servers":[{"server":"a"}]}""";

    [Theory]
    [InlineData("""[]""", "conditions:wrong_type")]
    [InlineData("""{"field":"x","operator":"equals","value":"a"}""", "conditions.field:unknown_value")]
    [InlineData("""{"field":"tool","operator":"cidr","value":"a"}""", "conditions.operator:unknown_value")]
    [InlineData("""{"field":"tool","operator":"equals"}""", "conditions.value:required")]
    [InlineData("""{"field":"tool","operator":"equals","value":1}""", "conditions.value:wrong_type")]
    [InlineData("""{"field":"tool","operator":"in","value":[]}""", "conditions.value:required")]
    [InlineData("""{"field":"tool","operator":"in","value":"a"}""", "conditions.value:wrong_type")]
    [InlineData("""{"field":"tool","operator":"in","value":["a",1]}""", "conditions.value[1]:wrong_type")]
    [InlineData("""{"field":"tool","operator":"equals","value":"a","zone":"UTC"}""", "conditions.zone:unknown_member")]
    [InlineData("""{"field":"tool","field":"tool","operator":"equals","value":"a"}""", "conditions.field:duplicate_member")]
    [InlineData("""{"field":"tool","operator":"equals","value":"\ud800"}""", "conditions.value:invalid_text")]
    [InlineData("""{"all":[],"any":[]}""", "conditions:ambiguous")]
    [InlineData("""{"all":[{}]}""", "conditions.all[0]:required")]
    [InlineData("""{"all":{}}""", "conditions.all:wrong_type")]
    [InlineData("""{"not":null}""", "conditions.not:wrong_type")]
    [InlineData("""{"all":[{"any":[{"field":"tool","operator":"regex","value":"("}]}]}""", "conditions.all[0].any[0].value:pattern")]
    [InlineData("""{"field":"tool","operator":"regex","value":"(a)\\1"}""", "conditions.value:pattern")]
    [InlineData("""{"field":"tool","operator":"regex","value":"(a{99}){99}"}""", "conditions.value:pattern")]
    [InlineData("""{"field":"tool","operator":"regex","value":""}""", "conditions.value:pattern")]
    [InlineData("""{"field":"user","operator":"equals","value":"me"}""", "conditions.value:wrong_type")]
    [InlineData("""{"field":"role","operator":"in","value":["admin","boss"]}""", "conditions.value[1]:unknown_value")]
    [InlineData("""{"field":"transport","operator":"equals","value":"http"}""", "conditions.value:unknown_value")]
    [InlineData("""{"field":"address","operator":"cidr","value":"10.0.0.1/8"}""", "conditions.value:address")]
    [InlineData("""{"field":"address","operator":"equals","value":"10.0.0.0/8"}""", "conditions.value:address")]
    [InlineData("""{"field":"header","operator":"equals","value":"a"}""", "conditions.name:required")]
    [InlineData("""{"field":"header","name":"Authorization","operator":"starts_with","value":"a"}""", "conditions.name:unknown_value")]
    [InlineData("""{"field":"header","name":"a b","operator":"equals","value":"a"}""", "conditions.name:unknown_value")]
    [InlineData("""{"field":"argument","operator":"equals","value":"a"}""", "conditions.pointer:required")]
    [InlineData("""{"field":"argument","pointer":"a","operator":"equals","value":"a"}""", "conditions.pointer:pointer")]
    [InlineData("""{"field":"argument","pointer":"/~2","operator":"equals","value":"a"}""", "conditions.pointer:pointer")]
    [InlineData("""{"field":"argument","pointer":"/a","operator":"equals","value":{}}""", "conditions.value:wrong_type")]
    [InlineData("""{"field":"argument","pointer":"/a","operator":"gt","value":"1"}""", "conditions.value:wrong_type")]
    [InlineData("""{"field":"argument","pointer":"/a","operator":"equals","value":1e-500}""", "conditions:not_storable")]
    [InlineData("""{"field":"time","operator":"in","value":["8-9"]}""", "conditions.value[0]:time")]
    [InlineData("""{"field":"time","operator":"gt","value":"25:00"}""", "conditions.value:time")]
    [InlineData("""{"field":"time","operator":"gt","value":"08:00","zone":"Mars"}""", "conditions.zone:unknown_value")]
    [InlineData("""{"field":"day","operator":"equals","value":7}""", "conditions.value:out_of_range")]
    [InlineData("""{"field":"size","operator":"gt","value":-1}""", "conditions.value:wrong_type")]
    [InlineData("""{"field":"x","operator":"y"}""", "conditions.field:unknown_value conditions.operator:unknown_value conditions.value:required")]
    public void Validate_FaultyConditions_NamesEachByItsPath(string conditions, string expected) => Check(conditions, Targets, null, expected);

    [Theory]
    [InlineData("""{}""", "targets.servers:required")]
    [InlineData("""{"servers":[]}""", "targets.servers:required")]
    [InlineData("""{"servers":[{}]}""", "targets.servers[0].server:required")]
    [InlineData("""{"servers":[{"server":"A B"}]}""", "targets.servers[0].server:alias")]
    [InlineData("""{"servers":[{"server":"a"},{"server":"a"}]}""", "targets.servers[1]:duplicate")]
    [InlineData("""{"servers":[{"server":"a","weight":1001}]}""", "targets.servers[0].weight:out_of_range")]
    [InlineData("""{"servers":[{"server":"a","endpoint":"x"}]}""", "targets.servers[0].endpoint:wrong_type")]
    [InlineData("""{"servers":[{"server":"a","x":1}]}""", "targets.servers[0].x:unknown_member")]
    [InlineData("""{"servers":[{"server":"a"},{"server":"b","preferred":"yes"}]}""", "targets.servers[1].preferred:wrong_type")]
    [InlineData("""{"servers":[{"server":"a","preferred":1}]}""", "targets.servers[0].preferred:wrong_type")]
    [InlineData("""{"servers":[{"server":"a","preferred":true},{"server":"a"}]}""", "targets.servers[1]:duplicate")]
    [InlineData("""{"servers":[{"server":"a"}],"sticky":{"by":"mood"}}""", "targets.sticky.by:unknown_value")]
    [InlineData("""{"servers":[{"server":"a"}],"sticky":{}}""", "targets.sticky.by:required")]
    [InlineData("""{"servers":[{"server":"a"}],"sticky":{"by":"header"}}""", "targets.sticky.name:required")]
    [InlineData("""{"canary":{"percent":101,"servers":[{"server":"b"}]}}""", "targets.canary.percent:out_of_range")]
    [InlineData("""{"canary":{"servers":[{"server":"b"}]}}""", "targets.canary.percent:required")]
    [InlineData("""{"canary":{"percent":5}}""", "targets.canary.servers:required")]
    [InlineData("""{"canary":{"percent":5,"servers":[{"server":"b","preferred":[true]}]}}""", "targets.canary.servers[0].preferred:wrong_type")]
    [InlineData("""{"mirror":{"percent":5,"server":"b","preferred":true}}""", "targets.mirror.preferred:unknown_member")]
    [InlineData("""{"mirror":{"server":"b"}}""", "targets.mirror.percent:required")]
    [InlineData("""{"mirror":{"percent":5,"server":"b","by":"session"}}""", "targets.mirror.by:unknown_member")]
    [InlineData("""{"servers":[{"server":"","weight":-1}],"x":1}""", "targets.servers[0].weight:out_of_range targets.servers[0].server:alias targets.x:unknown_member")]
    public void Validate_FaultyTargets_NamesEachByItsPath(string targets, string expected) => Check("{}", targets, null, expected);

    [Theory]
    [InlineData("""{"servers":[{"server":"a","preferred":true},{"server":"b","preferred":true}]}""")]
    [InlineData("""{"servers":[{"server":"a","preferred":null},{"server":"b","preferred":false}]}""")]
    [InlineData("""{"canary":{"percent":5,"servers":[{"server":"a","preferred":true},{"server":"b"}]}}""")]
    public void Validate_Preferred_MayBeSaidOfAnyServer(string targets) => Check("{}", targets, null, "");

    [Fact]
    public void Validate_FaultsEverywhere_AllAreInOneAnswer() => Check(
        """{"all":[{"field":"x","operator":"equals","value":"a"},{"field":"tool","operator":"gt","value":"a"}]}""",
        """{"servers":[{"server":"a"}],"sticky":{"by":"principal"},"mirror":{"percent":-1,"server":"b"}}""",
        "fastest",
        "conditions.all[0].field:unknown_value conditions.all[1].operator:unknown_value targets.mirror.percent:out_of_range policy:unknown_value");

    [Fact]
    public void Validate_TurnsAndKeys_DoNotGoTogether() =>
        Check("{}", """{"servers":[{"server":"a"}],"sticky":{"by":"principal"}}""", "round_robin", "targets.sticky:ambiguous");

    [Fact]
    public void Validate_TooDeep_IsAFault()
    {
        var conditions = string.Concat(Enumerable.Repeat("""{"not":""", 11)) + "{}" + new string('}', 11);

        Check(conditions, Targets, null, "conditions.not.not.not.not.not.not.not.not.not.not:too_deep");
    }

    [Fact]
    public void Validate_TooMany_IsOneFault()
    {
        var conditions = $$"""{"any":[{{string.Join(',', Enumerable.Repeat("""{"field":"tool","operator":"equals","value":"a"}""", 200))}}]}""";

        Check(conditions, Targets, null, "conditions.any[199]:too_many");
    }

    private static void Check(string conditions, string targets, string? policy, string expected)
    {
        var definition = new RoutingRuleDefinition { Name = "r", Conditions = conditions, Targets = targets, LoadBalancingPolicy = policy };
        var faults = RoutingRuleValidator.Validate(RoutingRuleValidator.Create(TenantId.Global, definition, DateTimeOffset.UnixEpoch), RoutePolicies.BuiltIn, out _);

        Assert.Equal(expected, string.Join(' ', faults.Select(static fault => $"{fault.Path}:{fault.Code}")));
    }
}
