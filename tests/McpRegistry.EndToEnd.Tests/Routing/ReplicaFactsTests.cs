using System.Net;
using System.Text.Json;
using McpRegistry.ApiKeys;
using McpRegistry.EndToEnd.Tests.Hosting;
using McpRegistry.EndToEnd.Tests.Wire;
using McpRegistry.TestSupport.Upstreams;

namespace McpRegistry.EndToEnd.Tests.Routing;

/// <summary>Hosts on one SQLite file: what clients do at one shows at the other.</summary>
public sealed class ReplicaFactsTests : RoutingTest
{
    private const string MetricsPath = "/api/v1/router/metrics?replicas=all";

    private readonly Folder _folder = new();

    private protected override GatewaySetup Setup => SetupOf("one");

    public override ValueTask InitializeAsync()
    {
        // First, and so the last that is taken down.
        Own(_folder);
        return base.InitializeAsync();
    }

    [Fact]
    public async Task Metrics_CallsRunAndWaitAtOneHost_ShowAtTheOther()
    {
        var upstream = await AddTwinAsync("a");
        await AddTwinAsync("b");
        var other = Own(await GatewayHost.StartAsync(Cancellation, SetupOf("two")));
        await other.Registry.WaitAsync("a", "healthy", Cancellation);
        var gate = new Gate();
        upstream.On("tools/call", Answers.After(gate, Answers.Result("""{"resultType":"complete","content":[]}""")));
        var client = await OpenAsync(Era.Modern);
        Task<McpAnswer>[] calls = [client.CallToolAsync("a__work", Cancellation), client.CallToolAsync("a__work", Cancellation)];
        await gate.WhenWaitingAsync(1, Cancellation);

        await WaitForAsync(other, static queue => Number(queue, "running") == 1 && Number(queue, "waiting") == 1);
        gate.Open();
        await Task.WhenAll(calls);
        await WaitForAsync(other, static queue => Number(queue, "running") == 0 && Number(queue, "total") == 2);

        var own = JsonElement.Parse((await SendAsync(other.Http, HttpMethod.Get, $"{MetricsPath}&server=a")).Body);
        Assert.Equal("two", own.GetProperty("instance").GetString());
        var replica = Assert.Single(own.GetProperty("servers")[0].GetProperty("replicas").EnumerateArray());
        Assert.Equal(
            ("one", true, 0, 0, 1, 1),
            (replica.GetProperty("instance").GetString(), replica.GetProperty("queue").GetProperty("isAccepting").GetBoolean(),
                Number(replica.GetProperty("queue"), "failed"), Number(replica.GetProperty("queue"), "timedOut"), Number(replica.GetProperty("queue"), "haveWaited"), Number(replica.GetProperty("pools")[0], "opened")));
    }

    [Fact]
    public async Task Metrics_CallWaitsInVain_CountsIt()
    {
        var upstream = await AddTwinAsync("a");
        var other = Own(await GatewayHost.StartAsync(Cancellation, SetupOf("two", maxWait: "00:00:00.1")));
        await other.Registry.WaitAsync("a", "healthy", Cancellation);
        var gate = new Gate();
        upstream.On("tools/call", Answers.After(gate, Answers.Result("""{"resultType":"complete","content":[]}""")));
        var client = await RawClient.OpenAsync(other.Http, other.Mcp(), Era.Modern, Cancellation);
        var first = client.CallToolAsync("a__work", Cancellation);
        await gate.WhenWaitingAsync(1, Cancellation);

        Assert.Equal("overloaded", (await client.CallToolAsync("a__work", Cancellation)).Reason);

        await WaitForAsync(Gateway, static queue => Number(queue, "timedOut") == 1 && Number(queue, "haveWaited") == 1 && !queue.TryGetProperty("meanWaitMs", out _));
        gate.Open();
        await first;
    }

    [Fact]
    public async Task Metrics_HiddenServer_IsNotShownOfOtherReplicasEither()
    {
        await AddTwinAsync("a");
        await AddTwinAsync("b");
        var (_, owner) = await AddCallerAsync("owner");
        await GrantAsync((await Gateway.Registry.FindAsync("b", Cancellation)).GetProperty("id").GetGuid(), owner);
        var (watcher, own) = await AddCallerAsync("watcher", ApiKeyScope.Metrics | ApiKeyScope.Read);
        await GrantAsync((await Gateway.Registry.FindAsync("a", Cancellation)).GetProperty("id").GetGuid(), own);

        var (status, body) = await SendAsync(watcher, HttpMethod.Get, MetricsPath);

        Assert.Equal(HttpStatusCode.OK, status);
        var server = Assert.Single(JsonElement.Parse(body).GetProperty("servers").EnumerateArray());
        Assert.Equal(("a", 0), (server.GetProperty("alias").GetString(), server.GetProperty("replicas").GetArrayLength()));
    }

    private static Task WaitForAsync(GatewayHost host, Func<JsonElement, bool> condition) => WaitAsync(
        async () =>
        {
            var (status, body) = await SendAsync(host.Http, HttpMethod.Get, $"{MetricsPath}&server=a");
            Assert.True(status == HttpStatusCode.OK, body);
            var replicas = JsonElement.Parse(body).GetProperty("servers")[0].GetProperty("replicas");
            return replicas.GetArrayLength() == 1 && condition(replicas[0].GetProperty("queue"));
        },
        "the other host shows it");

    private static int Number(JsonElement element, string name) => element.GetProperty(name).GetInt32();

    private GatewaySetup SetupOf(string name, string maxWait = "00:01:00") => new()
    {
        DatabaseFile = Path.Combine(_folder.Name, "registry.db"),
        Settings = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["Gateway:InstanceName"] = name,
            ["Resilience:Queue:MaxConcurrent"] = "1",
            ["Resilience:Queue:MaxWait"] = maxWait,
            ["RouterFacts:Interval"] = "00:00:01",
        },
    };

    private sealed class Folder : IAsyncDisposable
    {
        public string Name { get; } = Directory.CreateTempSubdirectory("mcp-registry-facts-").FullName;

        public ValueTask DisposeAsync()
        {
            Directory.Delete(Name, recursive: true);
            return ValueTask.CompletedTask;
        }
    }
}
