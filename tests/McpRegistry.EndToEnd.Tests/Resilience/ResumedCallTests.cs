using System.Collections.Concurrent;
using McpRegistry.EndToEnd.Tests.Hosting;
using McpRegistry.EndToEnd.Tests.Wire;
using McpRegistry.TestSupport.Upstreams;
using McpRegistry.Upstream;
using Microsoft.Extensions.DependencyInjection;

namespace McpRegistry.EndToEnd.Tests.Resilience;

/// <summary>A call whose stream is cut is fetched from its server, to which no connection comes about any more: it runs there all the same.</summary>
public sealed class ResumedCallTests : EndToEndTest
{
    private readonly HangingNames _names = new();
    private readonly ConcurrentQueue<string> _runs = [];

    private protected override GatewaySetup Setup => new()
    {
        Services = services => services.AddSingleton<IAddressResolver>(_names),
        Settings = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["Outbound:AllowHttp"] = "true",

            // Long enough for a connection that does come about on a machine that is busy.
            ["Upstream:ConnectTimeout"] = "00:00:01",
            ["Resilience:CircuitBreaker:Enabled"] = "false",
        },
    };

    [Theory]
    [MemberData(nameof(Eras))]
    public async Task ToolWithoutHints_NoConnectionForTheRest_IsNotRunTwice(Era clientEra)
    {
        await AddAsync(hanging: int.MaxValue);

        var answer = await (await OpenAsync(clientEra)).CallToolAsync("b__work", Cancellation);

        Assert.Single(_runs);
        Assert.Equal(("unreachable", false), (answer.Reason, answer.Error.GetProperty("data").GetProperty("retryable").GetBoolean()));
    }

    [Theory]
    [MemberData(nameof(Eras))]
    public async Task ToolWithoutHints_ConnectionForTheRestComesLater_IsAnswered(Era clientEra)
    {
        await AddAsync(hanging: 1);

        var answer = await (await OpenAsync(clientEra)).CallToolAsync("b__work", Cancellation);

        Assert.Equal(Assert.Single(_runs), answer.Result.GetProperty("content")[0].GetProperty("text").GetString());
    }

    /// <param name="hanging">How many connections to the server that runs the call hang from then on.</param>
    private async Task AddAsync(int hanging)
    {
        ScriptedUpstream[] pair = [await StartAsync(hanging), await StartAsync(hanging)];
        await Gateway.Registry.RegisterAsync(
            $$"""{"name":"b","alias":"b","isolation":"shared","endpoints":[{"url":"http://one.test:{{pair[0].Url.Port}}/mcp"},{"url":"http://two.test:{{pair[1].Url.Port}}/mcp"}]}""", Cancellation);
        await Gateway.Registry.WaitAsync("b", "healthy", Cancellation);
        foreach (var upstream in pair)
        {
            await upstream.WaitUntilAsync(static one => one.OpenStreams == 1, "it is connected", Cancellation);
        }
    }

    private async Task<ScriptedUpstream> StartAsync(int hanging)
    {
        var upstream = Own(await ScriptedServers.StartAsync(Era.Legacy, Cancellation));
        string? call = null;
        upstream.Guard = async exchange =>
        {
            // So that what is resumed needs a connection of its own.
            exchange.Header("Connection", "close");
            if (!exchange.Request.Headers.ContainsKey("Last-Event-ID"))
            {
                return false;
            }

            await exchange.BeginStreamAsync();
            await exchange.SendEventAsync($$$"""{"jsonrpc":"2.0","id":{{{call}}},"result":{"content":[{"type":"text","text":"{{{exchange.Request.Headers["Host"]}}}"}]}}""");
            return true;
        };
        return upstream.On("tools/call", async exchange =>
        {
            _runs.Enqueue(exchange.Request.Headers["Host"]);
            call = exchange.Request.Id;
            _names.Hang(exchange.Request.Headers["Host"], hanging);
            await exchange.BeginStreamAsync();
            await exchange.WriteAsync("id: 1\nretry: 0\ndata: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/message\",\"params\":{\"level\":\"debug\",\"data\":1}}\n\n"u8.ToArray());
        });
    }
}
