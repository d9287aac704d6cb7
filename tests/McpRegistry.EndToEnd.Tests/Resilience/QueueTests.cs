using System.Net;
using McpRegistry.EndToEnd.Tests.Hosting;
using McpRegistry.EndToEnd.Tests.Routing;
using McpRegistry.EndToEnd.Tests.Wire;
using McpRegistry.Snapshots;
using McpRegistry.TestSupport.Upstreams;

namespace McpRegistry.EndToEnd.Tests.Resilience;

/// <summary>A server gets so many calls at once; the others wait in order, or are refused at once.</summary>
public sealed class QueueTests : RoutingTest
{
    private const string Low = "\"io.github.mcpregistry/priority\":\"low\"";

    private protected override GatewaySetup Setup => new()
    {
        Settings = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["Resilience:Servers:a:MaxConcurrent"] = "1",
            ["Resilience:Queue:MaxQueued"] = "2",
        },
    };

    [Theory]
    [InlineData(Era.Modern)]
    [InlineData(Era.Legacy)]
    public async Task BusyServer_GetsOneCallAtATime_AndWhatHasNoRoomIsRefusedAtOnce(Era era)
    {
        var (gate, order) = (new Gate(), new List<string>());
        var upstream = await AddTwinAsync("a", era);
        upstream.On("tools/call", Answers.After(gate, exchange =>
        {
            order.Add(exchange.Request.Params.GetProperty("arguments").GetProperty("id").GetString()!);
            return exchange.ResultAsync(ScriptedServers.Complete(era, """{"content":[]}"""));
        }));
        var client = await OpenAsync(Gateway.Http, era);
        var first = CallAsync(client, "first");
        await gate.WhenWaitingAsync(1, Cancellation);
        var low = CallAsync(client, "low", Low);
        await WhenWaitingAsync(1);
        using var gone = new CancellationTokenSource();
        var withdrawn = await OpenAsync(Gateway.CreateHttp(GatewayHost.AdminKey), Era.Modern);
        var cancelled = withdrawn.CallToolAsync("a__work", gone.Token, """{"id":"cancelled"}""");
        await WhenWaitingAsync(2);

        var refused = await CallAsync(client, "refused", Low);
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "overloaded", true), (refused.Status, refused.Reason, refused.Error.GetProperty("data").GetProperty("retryable").GetBoolean()));
        Assert.Equal(10_000, refused.Error.GetProperty("data").GetProperty("retryAfterMs").GetInt32());
        Assert.Equal(TimeSpan.FromSeconds(10), refused.Headers.RetryAfter?.Delta);
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        await WhenWaitingAsync(1);
        var normal = CallAsync(client, "normal");
        await WhenWaitingAsync(2);
        Assert.Single(upstream.Requests.Of("tools/call"));

        gate.Open();
        await Task.WhenAll(first, low, normal);
        Assert.Equal(["first", "normal", "low"], order);
    }

    private Task<McpAnswer> CallAsync(RawClient client, string id, string meta = "") =>
        client.CallToolAsync("a__work", Cancellation, $$"""{"id":"{{id}}"}""", meta);

    private async Task WhenWaitingAsync(int count)
    {
        var gate = Assert.Single(Gateway.Get<RegistrySnapshots>().Current.Servers.Values).Connections.Gate!;
        while (gate.Waiting != count)
        {
            Cancellation.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }
}
