using McpRegistry.EndToEnd.Tests.Hosting;
using McpRegistry.EndToEnd.Tests.Wire;
using McpRegistry.TestSupport.Upstreams;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace McpRegistry.EndToEnd.Tests.Watching;

/// <summary>The C# SDK's client of each era watches a list and a resource as its users would.</summary>
public sealed class SdkWatchTests : WatchTest
{
    [Theory]
    [InlineData("2025-11-25", "tools/list_changed")]
    [InlineData("2025-11-25", "resources/updated")]
    [InlineData("2026-07-28", "tools/list_changed")]
    [InlineData("2026-07-28", "resources/updated")]
    public async Task Client_PinnedToARevision_HearsOfAChange(string version, string what)
    {
        var upstream = await AddUpstreamAsync(version.StartsWith("2026", StringComparison.Ordinal) ? Era.Legacy : Era.Modern);
        await using var client = await ConnectAsync(version);
        var heard = new TaskCompletionSource<JsonRpcNotification>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var handler = client.RegisterNotificationHandler("notifications/" + what, (notification, _) =>
        {
            heard.TrySetResult(notification);
            return default;
        });
        await using var watching = await BeginAsync(client, version);
        await upstream.WaitUntilAsync(open => open.OpenStreams >= 2, "the resource is watched", Cancellation);
        await upstream.PushAsync("notifications/" + what, """{"uri":"test://one"}""");

        var notification = await heard.Task.WaitAsync(TimeSpan.FromMinutes(2), Cancellation);
        if (what == "resources/updated")
        {
            Assert.Equal("test://one", (string?)notification.Params!["uri"]);
        }
    }

    private static async Task<IAsyncDisposable> BeginAsync(McpClient client, string version)
    {
        if (version == "2025-11-25")
        {
            await client.SubscribeToResourceAsync("test://one", cancellationToken: Cancellation);
            return client;
        }

        var filter = System.Text.Json.Nodes.JsonNode.Parse("""{"notifications":{"toolsListChanged":true,"resourceSubscriptions":["test://one"]}}""");
        var stopping = new CancellationTokenSource();
        var request = client.SendRequestAsync(new JsonRpcRequest { Method = "subscriptions/listen", Params = filter }, stopping.Token);
        return new Listening(stopping, request);
    }

    private Task<McpClient> ConnectAsync(string version) => McpClient.CreateAsync(
        new HttpClientTransport(new HttpClientTransportOptions
        {
            Endpoint = Gateway.Mcp(),
            TransportMode = HttpTransportMode.StreamableHttp,
            AdditionalHeaders = new Dictionary<string, string>(StringComparer.Ordinal) { ["Authorization"] = $"Bearer {GatewayHost.AdminKey}" },
        }),
        new McpClientOptions { ProtocolVersion = version },
        cancellationToken: Cancellation);

    private sealed class Listening(CancellationTokenSource stopping, Task request) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await stopping.CancelAsync();
            await request.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            stopping.Dispose();
        }
    }
}
