using System.Net;
using System.Text.Json;
using McpRegistry.EndToEnd.Tests.Hosting;
using McpRegistry.EndToEnd.Tests.Wire;
using McpRegistry.TestSupport;
using McpRegistry.TestSupport.Upstreams;

namespace McpRegistry.EndToEnd.Tests.Resilience;

/// <summary>What a breaker went through, as it is told over REST after a restart and by another host on the same file.</summary>
public sealed class BreakerHistoryTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mcp-e2e-");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task History_AfterARestartAndOnAnotherHost_IsThatFromBefore()
    {
        await using var upstream = await ScriptedServers.StartAsync(Era.Modern, Cancellation);
        string before;
        await using (var first = await StartAsync("first"))
        {
            await first.Registry.AddAsync("up", upstream.Url, Cancellation);
            await FailAsync(first, upstream);
            upstream.On("tools/call", Answers.Result("""{"resultType":"complete","content":[]}"""));
            var client = await RawClient.OpenAsync(first.Http, first.Mcp(), Era.Modern, Cancellation);
            await UntilAsync(async () => (await client.CallToolAsync("up__work", Cancellation)).Body.Contains("\"result\"", StringComparison.Ordinal));
            var breaker = await BreakerAsync(first);
            Assert.Equal(
                [("closed", "open", "first"), ("open", "half_open", "first"), ("half_open", "closed", "first")],
                breaker.GetProperty("history").EnumerateArray().Select(static change =>
                    (change.GetProperty("before").GetString(), change.GetProperty("state").GetString(), change.GetProperty("instance").GetString())));
            before = History(breaker);
        }

        await using var second = await StartAsync("second");
        await using var third = await StartAsync("third");
        Assert.Equal((before, before), (History(await BreakerAsync(second)), History(await BreakerAsync(third))));
        await second.Registry.WaitAsync("up", "healthy", Cancellation);

        await FailAsync(second, upstream);
        await UntilAsync(async () => (await BreakerAsync(third)).GetProperty("history").GetArrayLength() > 3);
        var after = await BreakerAsync(third);
        Assert.Equal(History(await BreakerAsync(second)), History(after));
        var trip = after.GetProperty("history")[3];
        Assert.Equal(("open", "second"), (trip.GetProperty("state").GetString(), trip.GetProperty("instance").GetString()));
        Assert.Equal((trip.GetProperty("at").GetString(), trip.GetProperty("reason").GetString()), (after.GetProperty("since").GetString(), after.GetProperty("reason").GetString()));
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static string History(JsonElement breaker) => breaker.GetProperty("history").GetRawText();

    private static async Task<JsonElement> BreakerAsync(GatewayHost host)
    {
        using var response = await host.Http.GetAsync("/api/v1/circuit-breakers", Cancellation);
        var body = await response.Content.ReadAsStringAsync(Cancellation);
        Assert.True(response.StatusCode == HttpStatusCode.OK, body);
        return Assert.Single(JsonElement.Parse(body).GetProperty("items").EnumerateArray());
    }

    private static async Task FailAsync(GatewayHost host, ScriptedUpstream upstream)
    {
        upstream.On("tools/call", Answers.Status(500));
        var client = await RawClient.OpenAsync(host.Http, host.Mcp(), Era.Modern, Cancellation);
        for (var i = 0; i < 3; i++)
        {
            await client.CallToolAsync("up__work", Cancellation);
        }
    }

    private static Task UntilAsync(Func<Task<bool>> condition) => Patience.UntilAsync(condition, "it is so", Cancellation);

    private Task<GatewayHost> StartAsync(string name) => GatewayHost.StartAsync(Cancellation, new GatewaySetup
    {
        DatabaseFile = Path.Combine(_folder.FullName, "registry.db"),
        Settings = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["Gateway:InstanceName"] = name,
            ["Resilience:Retry:MaxAttempts"] = "1",
            ["Resilience:CircuitBreaker:Mode"] = "ConsecutiveFailures",
            ["Resilience:CircuitBreaker:ConsecutiveFailures"] = "3",
            ["Resilience:CircuitBreaker:SuccessThreshold"] = "1",
            ["Resilience:CircuitBreaker:BreakDuration"] = name == "first" ? "00:00:00.1" : "01:00:00",
            ["Resilience:CircuitBreaker:MaxBreakDuration"] = "01:00:00",
        },
    });
}
