using System.Net;
using McpRegistry.Balancing;
using McpRegistry.EndToEnd.Tests.Hosting;
using McpRegistry.EndToEnd.Tests.Wire;
using McpRegistry.Servers;
using McpRegistry.TestSupport.Upstreams;
using Microsoft.Extensions.DependencyInjection;

namespace McpRegistry.EndToEnd.Tests.Routing;

/// <summary>The policy by which an endpoint is chosen: of the rule, of the server, of all. Two of the host each have an endpoint of their own.</summary>
public sealed class ServerPolicyTests : RoutingTest
{
    private const int CallCount = 6;

    private protected override GatewaySetup Setup => new()
    {
        Settings = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["Balancing:SlowStart"] = "00:00:00",
            ["Balancing:Policy"] = "first",
            ["Balancing:Servers:b:Policy"] = "last",
        },
        Services = static services => services.AddSingleton<ILoadBalancingPolicy>(new Fixed("first")).AddSingleton<ILoadBalancingPolicy>(new Fixed("last")),
    };

    [Fact]
    public async Task Call_ServerWithAPolicyOfItsOwn_GoesByThat()
    {
        await AddPairAsync(Says);
        await Gateway.Registry.WaitForEndpointsAsync("b", Cancellation);
        var client = await OpenAsync(Gateway.Http, Era.Modern);

        Assert.Equal(Enumerable.Repeat("two", CallCount), await WhoAnswersAsync(client, "b__work"));
    }

    /// <summary>An alias of the options is that of the global server.</summary>
    [Fact]
    public async Task Call_NamesakeOfAnotherTenant_GoesByThePolicyOfAll()
    {
        var tenant = await AddTenantAsync();
        var (one, two) = (await StartTaskServerAsync(Says("one")), await StartTaskServerAsync(Says("two")));
        var registry = new RegistryClient(tenant);
        await registry.RegisterAsync(EndpointsOf("b", one, two), Cancellation);
        await registry.WaitAsync("b", "healthy", Cancellation);
        await registry.WaitForEndpointsAsync("b", Cancellation);
        var client = await OpenAsync(tenant, Era.Modern);

        Assert.Equal(Enumerable.Repeat("one", CallCount), await WhoAnswersAsync(client, "b__work"));
    }

    [Fact]
    public async Task Call_RuleWithAPolicyOfTheHost_GoesByThat()
    {
        await AddPairAsync(Says);
        await Gateway.Registry.WaitForEndpointsAsync("b", Cancellation);
        await AddTwinAsync("a");
        await AddRouteAsync("""{"servers":[{"server":"b"}]}""", more: ",\"policy\":\"first\"");
        var client = await OpenAsync(Gateway.Http, Era.Modern);

        Assert.Equal(Enumerable.Repeat("one", CallCount), await WhoAnswersAsync(client, "a__work"));
        var choice = (await ExplainAsync("""{"method":"tools/call","name":"a__work"}""")).GetProperty("choice");
        Assert.Equal(("b", "first", false), (choice.GetProperty("server").GetString(), choice.GetProperty("policy").GetString(), choice.TryGetProperty("serverPolicy", out _)));
    }

    [Theory]
    [InlineData("round_robin", "round_robin")]
    [InlineData("least_latency", "weighted")]
    [InlineData("last", "weighted")]
    [InlineData("consistent_hash", "consistent_hash")]
    public async Task Explain_RuleWithSeveralServers_TellsWhatChoosesAmongThem(string policy, string amongServers)
    {
        await AddTwinAsync("a");
        await AddTwinAsync("c");
        await AddTwinAsync("d");
        await AddRouteAsync("""{"servers":[{"server":"c"},{"server":"d"}]}""", more: $",\"policy\":\"{policy}\"");

        var choice = (await ExplainAsync("""{"method":"tools/call","name":"a__work"}""")).GetProperty("choice");

        Assert.Equal((amongServers, policy), (choice.GetProperty("serverPolicy").GetString(), choice.GetProperty("policy").GetString()));
    }

    [Fact]
    public async Task Add_RuleWithAnUnknownPolicy_IsRefusedByName()
    {
        var (status, body) = await SendAsync(Gateway.Http, HttpMethod.Post, RoutesPath, """{"name":"r","targets":{"servers":[{"server":"b"}]},"policy":"gone"}""");

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains("\"path\":\"policy\",\"code\":\"unknown_value\"", body, StringComparison.Ordinal);
        Assert.Contains("score, first, last", body, StringComparison.Ordinal);
    }

    private static UpstreamHandler Says(string who) => Answers.Result(ScriptedServers.Complete(Era.Modern, $$"""{"content":[{"type":"text","text":"{{who}}"}]}"""));

    private static async Task<List<string?>> WhoAnswersAsync(RawClient client, string tool)
    {
        var who = new List<string?>();
        for (var i = 0; i < CallCount; i++)
        {
            who.Add(await WhoAsync(client, tool));
        }

        return who;
    }

    private sealed class Fixed(string name) : ILoadBalancingPolicy, ILoadBalancer
    {
        public string Name => name;

        public ILoadBalancer Create(RegisteredServer server, ulong seed) => this;

        public int Pick(ReadOnlySpan<IEndpointLoad> candidates, LoadBalancingCall call) => name == "first" ? 0 : candidates.Length - 1;
    }
}
