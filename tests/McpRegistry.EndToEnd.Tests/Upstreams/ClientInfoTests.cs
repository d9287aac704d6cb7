using McpRegistry.EndToEnd.Tests.Hosting;
using McpRegistry.EndToEnd.Tests.Wire;
using McpRegistry.TestSupport.Upstreams;

namespace McpRegistry.EndToEnd.Tests.Upstreams;

/// <summary>What servers hear of who the client is.</summary>
public sealed class ClientInfoTests : EndToEndTest
{
    public static TheoryData<Era, Era, bool> Wirings
    {
        get
        {
            var data = new TheoryData<Era, Era, bool>();
            foreach (var client in Enum.GetValues<Era>())
            {
                foreach (var upstream in Enum.GetValues<Era>())
                {
                    data.Add(client, upstream, true);
                    data.Add(client, upstream, false);
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Wirings))]
    public async Task Call_ClientInfo_IsForwardedUnlessTheOperatorSaysNo(Era client, Era era, bool forwards)
    {
        await using var host = await GatewayHost.StartAsync(Cancellation, new GatewaySetup
        {
            Settings = new Dictionary<string, string?>(StringComparer.Ordinal) { ["Gateway:ForwardClientInfo"] = forwards ? "true" : "false" },
        });
        await using var upstream = await ScriptedServers.StartAsync(era, Cancellation);
        await host.Registry.AddAsync("up", upstream.Url, Cancellation);
        var caller = await RawClient.OpenAsync(host.Http, host.Mcp(), client, Cancellation);
        var meta = client == Era.Modern ? "\"io.modelcontextprotocol/clientInfo\":{\"name\":\"raw\",\"version\":\"1\"}" : "";
        Assert.True((await caller.CallToolAsync("up__work", Cancellation, meta: meta)).Response.TryGetProperty("result", out _));

        var told = era == Era.Legacy
            ? upstream.Requests.Of("initialize")[^1].Params.GetProperty("clientInfo")
            : upstream.Requests.Of("tools/call")[0].Params.GetProperty("_meta").GetProperty("io.modelcontextprotocol/clientInfo");
        Assert.Equal(forwards ? "raw" : "McpRegistry", told.GetProperty("name").GetString());
    }
}
