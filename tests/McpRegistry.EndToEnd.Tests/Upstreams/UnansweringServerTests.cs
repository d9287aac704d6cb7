using McpRegistry.EndToEnd.Tests.Hosting;
using McpRegistry.EndToEnd.Tests.Wire;
using McpRegistry.TestSupport.Upstreams;

namespace McpRegistry.EndToEnd.Tests.Upstreams;

/// <summary>Servers that take connections and never say a word.</summary>
public sealed class UnansweringServerTests : EndToEndTest
{
    private const int Servers = 40;

    /// <summary>Longer than anything here is waited for.</summary>
    private protected override GatewaySetup Setup => new()
    {
        Settings = new Dictionary<string, string?>(StringComparer.Ordinal) { ["Upstream:ConnectTimeout"] = "00:10:00" },
    };

    [Fact]
    public async Task Connect_ManyServersDoNotAnswer_OthersAreConnectedToMeanwhile()
    {
        var dead = Own(await ScriptedServers.StartAsync(Era.Modern, Cancellation));
        dead.Guard = async exchange =>
        {
            await Task.Delay(Timeout.Infinite, exchange.Ended).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return true;
        };
        for (var i = 0; i < Servers; i++)
        {
            await Gateway.Registry.RegisterAsync($$"""{"name":"dead{{i}}","alias":"dead{{i}}","url":"{{dead.Url}}"}""", Cancellation);
        }

        var server = Own(await ScriptedServers.StartAsync(Era.Modern, Cancellation));
        await Gateway.Registry.AddAsync("up", server.Url, Cancellation);

        await dead.WaitUntilAsync(static open => open.OpenRequests == Servers, "all of them are waited for", Cancellation);
        Assert.Equal("unknown", RegistryClient.Health(await Gateway.Registry.FindAsync("dead0", Cancellation)));
    }
}
