using System.Text.Json;
using McpRegistry.Core.Tests.Balancing;
using McpRegistry.Discovery;
using McpRegistry.Resilience;
using McpRegistry.Servers;
using Xunit;

namespace McpRegistry.Core.Tests.Supervision;

public sealed partial class EndpointSpreadTests
{
    [Fact]
    public async Task Explain_EachKindOfCall_SaysWhereItWouldGo()
    {
        await StartAsync(ProtocolEra.Modern);
        var fourth = _server.Endpoints[3].Id;

        Assert.Equal("candidate candidate candidate no_weight -> ", Explain(new("p")));
        Assert.Equal("candidate not_first not_first not_first -> 1", Explain(new("p") { IsBalanced = false }));
        Assert.Equal("not_named not_named not_named candidate -> 4", Explain(new("p") { Endpoint = fourth }));
        Assert.Equal("1 2 3", await AcquireAsync(3, static _ => new("p")));
    }

    [Fact]
    public async Task Explain_BreakersOfSomeAreOpen_NamesThemAndTheOthersTakeTheCall()
    {
        await StartAsync(ProtocolEra.Modern);
        Breaker(0).Note(0, CircuitVerdict.Failure);

        Assert.Equal("circuit_open candidate candidate no_weight -> ", Explain(new("p")));
        Assert.Equal("not_first candidate not_first not_first -> 2", Explain(new("p") { IsBalanced = false }));
    }

    [Fact]
    public async Task Explain_BreakersOfAllAreOpen_SaysThatTheCallIsRefused()
    {
        await StartAsync(ProtocolEra.Modern);
        foreach (var i in (int[])[0, 1, 2])
        {
            Breaker(i).Note(0, CircuitVerdict.Failure);
        }

        Assert.Equal("circuit_open circuit_open circuit_open no_weight ->  refused", Explain(new("p")));
        Assert.Equal(FaultReasons.CircuitOpen, (await Connections.AcquireAsync(new BalancingSample.Owner("p"), CancellationToken.None)).Fault!.Reason);
        Assert.Equal("not_first not_first not_first candidate -> 4", Explain(new("p") { IsBalanced = false }));
        Assert.Equal("not_named circuit_open not_named not_named ->  refused", Explain(new("p") { Endpoint = _server.Endpoints[1].Id }));
    }

    private string Explain(BalancingSample.Owner owner)
    {
        var spread = Connections.Explain(owner)!;
        var chosen = spread.Chosen is { } id ? 1 + Array.FindIndex([.. _server.Endpoints], endpoint => endpoint.Id == id) : (int?)null;
        return $"{string.Join(' ', spread.Endpoints.Select(static endpoint => JsonNamingPolicy.SnakeCaseLower.ConvertName($"{endpoint.State}")))} -> {chosen}{(spread.Refused is null ? "" : " refused")}";
    }
}
