using System.Net;
using System.Text.Json;
using McpRegistry.EndToEnd.Tests.Hosting;
using McpRegistry.EndToEnd.Tests.Routing;
using McpRegistry.EndToEnd.Tests.Wire;
using McpRegistry.TestSupport;
using McpRegistry.TestSupport.Upstreams;

namespace McpRegistry.EndToEnd.Tests.Resilience;

/// <summary>A server is taken out while its first endpoint is silent, and before it is the second one's turn.</summary>
public sealed class HedgingInMaintenanceTests : RoutingTest
{
    private const string Harmless = ""","annotations":{"readOnlyHint":true}""";
    private static readonly TimeSpan Delay = new(0, 0, 0, 7, 321);

    private readonly ManualTimeProvider _clock = new();
    private readonly TimerWatch _timers;

    public HedgingInMaintenanceTests() => _timers = new TimerWatch(_clock, Delay);

    private protected override GatewaySetup Setup => new()
    {
        Clock = _timers,
        Settings = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["Balancing:SlowStart"] = "00:00:00",
            ["Resilience:Retry:MinPerSecond"] = "1000",

            // When it was used up, nobody would wait for the delay again.
            ["Resilience:Retry:Hedging:MaxHedges"] = "1",
            ["Resilience:Retry:Hedging:Delay"] = "00:00:07.321",
        },
    };

    [Theory]
    [InlineData(true, 1)]
    [InlineData(false, 2)]
    public async Task SilentEndpoint_ServerIsTakenOutMeanwhile_NoOtherIsAsked(bool isTakenOut, int asked)
    {
        var gate = new Gate();
        var (one, two) = await AddPairAsync(_ => Answers.After(gate, Answers.Result("""{"resultType":"complete","content":[{"type":"text","text":"answered"}]}""")), Harmless);
        await Gateway.Registry.WaitForEndpointsAsync("b", Cancellation);
        var client = await OpenAsync(Era.Modern);
        var call = client.CallToolAsync("b__work", Cancellation);
        await gate.WhenWaitingAsync(1, Cancellation);
        await Patience.UntilAsync(() => _timers.Set == 1, "the gateway waits before it asks the other one", Cancellation);
        if (isTakenOut)
        {
            var id = (await Gateway.Registry.FindAsync("b", Cancellation)).GetProperty("id").GetGuid();
            Assert.Equal(HttpStatusCode.OK, (await SendAsync(Gateway.Http, HttpMethod.Put, $"/api/v1/servers/{id}/maintenance")).Status);
        }

        _clock.Advance(Delay);

        // Either the other one is asked, or the gateway has seen that it may not, and waits once more.
        await Patience.UntilAsync(() => gate.Waiting == 2 || _timers.Set == 2, "it is decided whether the other one is asked", Cancellation);
        Assert.Equal(asked, Calls(one) + Calls(two));
        gate.Open();
        Assert.Equal("answered", Text(await call));
        Assert.Equal(asked, Calls(one) + Calls(two));
        var (_, breakers) = await SendAsync(Gateway.Http, HttpMethod.Get, "/api/v1/circuit-breakers");
        Assert.InRange(Sum(breakers, "requests"), 1, asked);
        Assert.Equal(0, Sum(breakers, "failures"));
    }

    private static int Sum(string breakers, string member) =>
        JsonElement.Parse(breakers).GetProperty("items").EnumerateArray().Sum(row => row.GetProperty(member).GetInt32());
}
