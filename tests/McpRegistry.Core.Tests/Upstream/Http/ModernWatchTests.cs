using System.Net;
using System.Text;
using System.Threading.Channels;
using McpRegistry.Core.Tests.Supervision;
using McpRegistry.Protocol;
using McpRegistry.Servers;
using McpRegistry.TestSupport.Upstreams;
using McpRegistry.Upstream;
using McpRegistry.Upstream.Http;
using Xunit;
using UpstreamOptions = McpRegistry.TestSupport.Upstreams.UpstreamOptions;

namespace McpRegistry.Core.Tests.Upstream.Http;

/// <summary>Servers, or proxies before them, that refuse a subscription.</summary>
public sealed class ModernWatchTests : IAsyncDisposable
{
    private readonly SignallingTimeProvider _clock = new();
    private readonly Refusals _refusals = new();
    private readonly HttpMessageInvoker _http;
    private ScriptedUpstream _upstream = null!;

    public ModernWatchTests() => _http = new HttpMessageInvoker(_refusals);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        _refusals.Dispose();
        await _upstream.DisposeAsync();
    }

    /// <summary>What changed while nobody listened is told of once somebody does.</summary>
    [Theory]
    [InlineData(HttpStatusCode.TooManyRequests)]
    [InlineData(HttpStatusCode.BadGateway)]
    [InlineData(HttpStatusCode.ServiceUnavailable)]
    [InlineData(HttpStatusCode.GatewayTimeout)]
    [InlineData(HttpStatusCode.InternalServerError)]
    [InlineData(HttpStatusCode.Forbidden)]
    [InlineData(HttpStatusCode.OK)]
    public async Task WatchAsync_SubscriptionIsRefusedForNow_IsAskedForAgainWithGrowingPauses(HttpStatusCode status)
    {
        await using var connection = await OpenAsync();
        int[] expected = [1, 2, 4, 8, 16, 32, 60, 60];
        Array.ForEach(expected, _ => _refusals.Statuses.Enqueue(status));
        var changes = Channel.CreateUnbounded<McpMethod>();
        var watch = connection.WatchAsync(new MethodListener(method => changes.Writer.TryWrite(method)), Cancellation);
        foreach (var seconds in expected)
        {
            var pause = await _clock.NextDelayAsync();
            Assert.Equal(TimeSpan.FromSeconds(seconds), pause);
            _clock.Clock.Advance(pause);
        }

        Assert.Equal(McpMethod.Unknown, await changes.Reader.ReadAsync(Cancellation));
        Assert.False(watch.IsCompleted);
        await _upstream.PushAsync("notifications/tools/list_changed");
        Assert.Equal(McpMethod.ToolsListChanged, await changes.Reader.ReadAsync(Cancellation));
    }

    [Theory]
    [InlineData(HttpStatusCode.NotFound)]
    [InlineData(HttpStatusCode.MethodNotAllowed)]
    [InlineData(HttpStatusCode.NotAcceptable)]
    [InlineData(HttpStatusCode.NotImplemented)]
    public async Task WatchAsync_SubscriptionIsRefusedForGood_CannotBeWatched(HttpStatusCode status)
    {
        await using var connection = await OpenAsync();
        _refusals.Statuses.Enqueue(status);

        Assert.Null(await connection.WatchAsync(new MethodListener(_ => { }), Cancellation));
    }

    [Fact]
    public async Task WatchAsync_ServerHasNoSubscriptions_CannotBeWatched()
    {
        await using var connection = await OpenAsync();
        _upstream.On("subscriptions/listen", Answers.Error(-32601, "Method not found"));

        Assert.Null(await connection.WatchAsync(new MethodListener(_ => { }), Cancellation));
    }

    private async Task<UpstreamConnection> OpenAsync()
    {
        _upstream = await ScriptedUpstream.StartAsync(UpstreamOptions.Modern, Cancellation);
        return new ModernHttpConnection(
            new HttpChannel(_http, _upstream.Url, 1_000_000), new UpstreamHandshake { Era = ProtocolEra.Modern, Revision = "2026-07-28" }, _clock);
    }

    /// <summary>Refuses with the statuses in the queue, in the way of a gateway that speaks MCP; then requests reach the server.</summary>
    private sealed class Refusals() : DelegatingHandler(new SocketsHttpHandler())
    {
        public Queue<HttpStatusCode> Statuses { get; } = new();

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Statuses.TryDequeue(out var status)
                ? Task.FromResult(new HttpResponseMessage(status)
                {
                    Content = new StringContent("""{"jsonrpc":"2.0","id":null,"error":{"code":-32603,"message":"busy"}}""", Encoding.UTF8, "application/json"),
                })
                : base.SendAsync(request, cancellationToken);
    }
}
