using McpRegistry.EndToEnd.Tests.Hosting;
using McpRegistry.EndToEnd.Tests.Wire;
using McpRegistry.TestSupport.Upstreams;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace McpRegistry.EndToEnd.Tests.Upstreams;

/// <summary>A client that gives up is heard at the upstream, in the way of the upstream's era.</summary>
public sealed class CancellationTests : EndToEndTest
{
    private protected override GatewaySetup Setup => new()
    {
        Services = static services => services.Configure<HostOptions>(static host => host.ShutdownTimeout = TimeSpan.FromMinutes(10)),
    };

    [Theory]
    [MemberData(nameof(Pairs))]
    public async Task Cancel_AnyPairOfEras_ReachesTheUpstream(Era client, Era upstream)
    {
        var server = Own(await ScriptedServers.StartAsync(upstream, Cancellation));
        server.On("tools/call", Answers.NeverAfterHeaders);
        await Gateway.Registry.AddAsync("up", server.Url, Cancellation);
        var raw = await OpenAsync(client);
        using var hangUp = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var call = raw.CallToolAsync("up__work", hangUp.Token, id: "\"call-1\"");
        var arrived = await server.Requests.WaitAsync("tools/call", Cancellation);
        if (client == Era.Modern)
        {
            await hangUp.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        }
        else
        {
            await raw.NotifyAsync("notifications/cancelled", """{"requestId":"call-1","reason":"enough"}""", Cancellation);
            Assert.Empty((await call).Messages);
        }

        if (upstream == Era.Legacy)
        {
            var notification = await server.Requests.WaitAsync("notifications/cancelled", Cancellation);
            Assert.Equal(arrived.Id, notification.Params.GetProperty("requestId").GetRawText());
            Assert.Equal(arrived.SessionId, notification.SessionId);
        }

        await server.Requests.WaitForAbortAsync("tools/call", Cancellation);
    }

    /// <summary>In the session revisions a broken connection is no cancellation: the call runs to its end.</summary>
    [Fact]
    public async Task HangUp_LegacyClient_LeavesTheCallRunning()
    {
        var gate = new Gate();
        var server = Own(await ScriptedServers.StartAsync(Era.Modern, Cancellation));
        server.On("tools/call", Answers.After(gate, Answers.Result("""{"resultType":"complete","content":[]}""")));
        await Gateway.Registry.AddAsync("up", server.Url, Cancellation);
        var raw = await OpenAsync(Era.Legacy);
        using var hangUp = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var call = raw.CallToolAsync("up__work", hangUp.Token);
        await gate.WhenWaitingAsync(1, Cancellation);
        await hangUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        await raw.CallAsync("ping", Cancellation);
        gate.Open();
        var request = server.Requests.Of("tools/call")[0];
        await request.Ended.WaitAsync(TimeSpan.FromMinutes(2), Cancellation);
        Assert.False(request.WasAborted);
    }

    /// <summary>The host waits for its requests, and nobody is left to hear the answer of this one.</summary>
    [Fact]
    public async Task Stop_CallWhoseClientHungUp_IsCancelled()
    {
        var server = Own(await ScriptedServers.StartAsync(Era.Modern, Cancellation));
        server.On("tools/call", Answers.NeverAfterHeaders);
        await Gateway.Registry.AddAsync("up", server.Url, Cancellation);
        var raw = await OpenAsync(Era.Legacy);
        using var hangUp = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var call = raw.CallToolAsync("up__work", hangUp.Token);
        await server.Requests.WaitAsync("tools/call", Cancellation);
        await hangUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);

        await Gateway.StopAsync().WaitAsync(TimeSpan.FromMinutes(2), Cancellation);

        await server.Requests.WaitForAbortAsync("tools/call", Cancellation);
    }
}
