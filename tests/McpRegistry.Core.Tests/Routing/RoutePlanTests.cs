using McpRegistry.ApiKeys;
using McpRegistry.Core.Tests.Upstream;
using McpRegistry.Protocol;
using McpRegistry.Routing;
using McpRegistry.Routing.Conditions;
using McpRegistry.Servers;
using McpRegistry.Tenancy;
using Xunit;

namespace McpRegistry.Core.Tests.Routing;

/// <summary>Which rules a call meets at all.</summary>
public sealed class RoutePlanTests
{
    [Theory]
    [InlineData("""{"field":"header","name":"x-REGION","operator":"equals","value":"eu,us"}""", true)]
    [InlineData("""{"field":"header","name":"X-Region","operator":"in","value":["a","eu,us"]}""", true)]
    [InlineData("""{"field":"header","name":"X-Region","operator":"equals","value":"EU,us"}""", false)]
    [InlineData("""{"field":"header","name":"X-Region","operator":"equals","value":"eu"}""", false)]
    [InlineData("""{"field":"header","name":"X-Other","operator":"equals","value":"eu,us"}""", false)]
    [InlineData("""{"field":"header","name":"X-Region","operator":"not_equals","value":"a"}""", true)]
    [InlineData("""{"field":"header","name":"X-Region","operator":"not_in","value":["eu,us"]}""", true)]
    [InlineData("""{"field":"header","name":"X-Missing","operator":"not_equals","value":"a"}""", true)]
    [InlineData("""{"not":{"field":"header","name":"X-Region","operator":"equals","value":"a"}}""", true)]
    [InlineData("""{"any":[{"field":"header","name":"X-Region","operator":"equals","value":"a"},{"field":"header","name":"x-region","operator":"equals","value":"b"}]}""", false)]
    [InlineData("""{"any":[{"field":"header","name":"X-Region","operator":"equals","value":"a"},{"field":"header","name":"X-Other","operator":"equals","value":"b"}]}""", true)]
    [InlineData("""{"field":"tag","operator":"equals","value":"gpu"}""", true)]
    [InlineData("""{"field":"tag","operator":"equals","value":"us"}""", false)]
    [InlineData("""{"all":[{"field":"tag","operator":"equals","value":"gpu"},{"field":"tag","operator":"equals","value":"us"}]}""", true)]
    [InlineData("""{"field":"tag","operator":"not_equals","value":"eu"}""", true)]
    [InlineData("""{"field":"transport","operator":"equals","value":"sse"}""", true)]
    [InlineData("""{"field":"transport","operator":"in","value":["stdio"]}""", false)]
    [InlineData("""{"field":"transport","operator":"not_in","value":["stdio"]}""", true)]
    public void MayMeet_RuleThatDemandsValues_OnlyCallsThatHaveOneMeetIt(string conditions, bool expected) => Assert.Equal(expected ? 1 : 0, Met(Plan(conditions)).Count);

    [Theory]
    [InlineData("""{"field":"header","name":"X-Region","operator":"equals","value":"v{0}"}""")]
    [InlineData("""{"field":"tag","operator":"in","value":["v{0}","w{0}"]}""")]
    [InlineData("""{"any":[{"field":"header","name":"X-Region","operator":"equals","value":"v{0}"},{"all":[{"field":"header","name":"x-region","operator":"equals","value":"w{0}"},{"field":"size","operator":"gt","value":1}]}]}""")]
    public void MayMeet_ThousandRules_TheCallMeetsOne(string conditions)
    {
        var plan = Plan([.. Enumerable.Range(0, 1_000).Select(number => conditions.Replace("{0}", $"{number}", StringComparison.Ordinal))]);

        Assert.Equal(["rule 7"], Met(plan, Facts(["v7"], "v7")));
    }

    [Fact]
    public void MayMeet_ServerHasSeveralOfTheTags_TheRuleIsMetOnceAndInItsOrder()
    {
        var plan = Plan(
            """{"field":"tag","operator":"in","value":["eu","gpu"]}""",
            """{"field":"header","name":"X-Region","operator":"equals","value":"eu,us"}""",
            """{"field":"transport","operator":"in","value":["streamable_http","sse"]}""",
            """{"field":"size","operator":"gt","value":1}""",
            """{"field":"tag","operator":"equals","value":"gpu"}""");

        Assert.Equal(["rule 0", "rule 1", "rule 2", "rule 3", "rule 4"], Met(plan));
    }

    [Fact]
    public void MayMeet_MoreValuesThanAreLookedUp_EveryRuleIsMetInItsOrder()
    {
        var tags = Enumerable.Range(0, 100).Select(static number => $"t{number:000}").ToArray();
        var plan = Plan([.. tags.Select(static tag => $$"""{"field":"tag","operator":"equals","value":"{{tag}}"}""")]);

        Assert.Equal(Enumerable.Range(0, 100).Select(static number => $"rule {number}"), Met(plan, Facts(tags, null)));
    }

    private static RoutePlan Plan(params string[] conditions) => RoutePlanBuilder.Build(conditions.Select(static (document, number) =>
        RoutingFixture.Compile(RoutingFixture.Rule(document, """{"servers":[{"server":"a"}]}""", priority: number, name: $"rule {number}"))));

    private static List<string> Met(RoutePlan plan) => Met(plan, Facts(["eu", "gpu"], "eu,us"));

    private static List<string> Met(RoutePlan plan, RouteFacts facts)
    {
        var met = new List<string>();
        for (var cursor = plan.MayMeet(facts); cursor.Next(out var rule);)
        {
            met.Add(rule.Rule.Name);
        }

        return met;
    }

    private static RouteFacts Facts(string[] tags, string? region)
    {
        var server = SampleServers.Of("github", TransportKind.StreamableHttp);
        return new RouteFacts
        {
            Caller = new Caller("p", TenantId.Global, default),
            Method = McpMethod.ToolsCall,
            Server = server with { Tags = [.. tags], Endpoints = [.. server.Endpoints, server.Endpoints[0] with { Transport = TransportKind.Sse }, server.Endpoints[0]] },
            Headers = region is null ? [] : [new("X-Region", region), new("X-Other", "c")],
        };
    }
}
