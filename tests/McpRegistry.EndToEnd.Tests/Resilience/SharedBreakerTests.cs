using System.Text.Json;
using McpRegistry.EndToEnd.Tests.Hosting;
using McpRegistry.EndToEnd.Tests.Routing;
using McpRegistry.EndToEnd.Tests.Wire;
using McpRegistry.TestSupport.Upstreams;
using Xunit;

namespace McpRegistry.EndToEnd.Tests.Resilience;

/// <summary>Hosts on one SQLite file, with the poll that they have unless told: what trips one breaker opens those of the others.</summary>
public sealed class SharedBreakerTests(ITestOutputHelper output) : RoutingTest
{
    private readonly Folder _folder = new();

    private protected override GatewaySetup Setup => new()
    {
        DatabaseFile = Path.Combine(_folder.Name, "registry.db"),
        Settings = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["Resilience:Retry:MaxAttempts"] = "1",
            ["Resilience:CircuitBreaker:Mode"] = "ConsecutiveFailures",
            ["Resilience:CircuitBreaker:ConsecutiveFailures"] = "3",
            ["Resilience:CircuitBreaker:BreakDuration"] = "01:00:00",
            ["Resilience:CircuitBreaker:MaxBreakDuration"] = "01:00:00",
        },
    };

    public override ValueTask InitializeAsync()
    {
        // First, and so the last that is taken down.
        Own(_folder);
        return base.InitializeAsync();
    }

    [Fact]
    public async Task Trip_AtOneHost_OpensTheBreakersOfAnotherAndOfOneThatStarts()
    {
        var upstream = await AddTwinAsync("a");
        var second = await StartAsync();
        upstream.On("tools/call", Answers.Status(500));
        var client = await OpenAsync(Era.Modern);
        for (var i = 0; i < 3; i++)
        {
            await client.CallToolAsync("a__work", Cancellation);
        }

        var tripped = TimeProvider.System.GetTimestamp();
        await WaitAsync(async () => await StateAsync(second) == "open", "the other host has heard of it");
        output.WriteLine($"open at the other host after {TimeProvider.System.GetElapsedTime(tripped).TotalMilliseconds:0} ms");
        var refused = await (await RawClient.OpenAsync(second.Http, second.Mcp(null), Era.Modern, Cancellation)).CallToolAsync("a__work", Cancellation);
        Assert.Equal(("circuit_open", 3), (refused.Reason, Calls(upstream)));

        var third = await StartAsync();
        Assert.Equal("open", await StateAsync(third));
    }

    private async Task<GatewayHost> StartAsync()
    {
        var host = Own(await GatewayHost.StartAsync(Cancellation, Setup));
        await host.Registry.WaitAsync("a", "healthy", Cancellation);
        return host;
    }

    private static async Task<string?> StateAsync(GatewayHost host)
    {
        var (_, body) = await SendAsync(host.Http, HttpMethod.Get, "/api/v1/circuit-breakers");
        return Assert.Single(JsonElement.Parse(body).GetProperty("items").EnumerateArray()).GetProperty("state").GetString();
    }

    private sealed class Folder : IAsyncDisposable
    {
        public string Name { get; } = Directory.CreateTempSubdirectory("mcp-registry-breakers-").FullName;

        public ValueTask DisposeAsync()
        {
            Directory.Delete(Name, recursive: true);
            return ValueTask.CompletedTask;
        }
    }
}
