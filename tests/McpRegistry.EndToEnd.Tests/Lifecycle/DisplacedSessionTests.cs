using System.Net;
using McpRegistry.EndToEnd.Tests.Hosting;
using McpRegistry.EndToEnd.Tests.Wire;
using McpRegistry.TestSupport;

namespace McpRegistry.EndToEnd.Tests.Lifecycle;

/// <summary>Where a server may have one session for each caller only, the state of one client has to go for that of another.</summary>
public sealed class DisplacedSessionTests : EndToEndTest
{
    private readonly ManualTimeProvider _clock = new();

    private protected override GatewaySetup Setup => new()
    {
        Clock = _clock,
        Settings = new Dictionary<string, string?>(StringComparer.Ordinal) { ["Upstream:MaxSessionsPerCaller"] = "2" },
    };

    [Fact]
    public async Task Client_WhoseSessionAtAServerMakesRoom_IsToldThatItsOwnIsGone()
    {
        var upstream = Own(await ScriptedServers.StartAsync(Era.Legacy, Cancellation));
        await Gateway.Registry.AddAsync("up", upstream.Url, Cancellation);
        var clients = await Task.WhenAll(OpenAsync(Era.Legacy), OpenAsync(Era.Legacy), OpenAsync(Era.Legacy));
        foreach (var client in clients)
        {
            Assert.Equal(HttpStatusCode.OK, (await client.CallToolAsync("up__work", Cancellation)).Status);
            await WaitAsync(() => Gateway.Sessions.Find(client.SessionId!, null) is { IsBusy: false }, "the client is idle");
            _clock.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(HttpStatusCode.NotFound, (await clients[0].CallToolAsync("up__work", Cancellation)).Status);
        Assert.Equal(HttpStatusCode.OK, (await clients[1].CallToolAsync("up__work", Cancellation)).Status);
        Assert.Equal(HttpStatusCode.OK, (await clients[2].CallToolAsync("up__work", Cancellation)).Status);
        Assert.Equal(2, Gateway.Sessions.Count);
        Assert.Equal(3, upstream.Requests.Of("tools/call").Select(call => call.SessionId).Distinct(StringComparer.Ordinal).Count());
    }
}
