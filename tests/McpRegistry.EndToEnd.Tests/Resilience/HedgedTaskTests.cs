using McpRegistry.EndToEnd.Tests.Hosting;
using McpRegistry.EndToEnd.Tests.Routing;
using McpRegistry.EndToEnd.Tests.Wire;
using McpRegistry.TestSupport.Upstreams;

namespace McpRegistry.EndToEnd.Tests.Resilience;

/// <summary>A task is asked about at the endpoint that gave it, whichever others got the call too.</summary>
public sealed class HedgedTaskTests : RoutingTest
{
    private const string Harmless = ",\"annotations\":{\"readOnlyHint\":true}";

    private protected override GatewaySetup Setup => new()
    {
        Settings = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["Balancing:SlowStart"] = "00:00:00",
            ["Resilience:Retry:MinPerSecond"] = "1000",
            ["Resilience:Retry:Hedging:Delay"] = "00:00:00.05",
        },
    };

    /// <summary>The other endpoint is the first of the server, to which whatever names none goes.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Task_OfTheEndpointThatAnswered_IsAskedAboutThere(bool fails)
    {
        var (one, two) = await AddPairAsync(
            name => name == "two" ? Answers.Result("""{"resultType":"task","taskId":"1","status":"working","ttlMs":60000}""") : fails ? Answers.Status(500) : Answers.Never, Harmless);
        Array.ForEach([one, two], static upstream => upstream.On("tasks/get", Answers.Result("""{"resultType":"complete","taskId":"1","status":"working","ttlMs":60000}""")));
        var client = await RawClient.OpenAsync(Gateway.Http, Gateway.Mcp(), Era.Modern, Cancellation, Tasks);

        // Whichever is asked first, each of them is by one of the two.
        string[] ids =
        [
            (await client.CallToolAsync("b__work", Cancellation)).Result.GetProperty("taskId").GetString()!,
            (await client.CallToolAsync("b__work", Cancellation)).Result.GetProperty("taskId").GetString()!,
        ];
        foreach (var id in ids)
        {
            await client.CallAsync("tasks/get", Cancellation, $"\"taskId\":\"{id}\"");
        }

        Assert.NotEqual(0, Calls(one));
        Assert.Equal((0, 2), (Calls(one, "tasks/get"), Calls(two, "tasks/get")));
    }
}
