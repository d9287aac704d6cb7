using McpRegistry.EndToEnd.Tests.Hosting;
using McpRegistry.EndToEnd.Tests.Wire;
using McpRegistry.TestSupport.Upstreams;

namespace McpRegistry.EndToEnd.Tests.Watching;

/// <summary>A test of what clients hear of changes.</summary>
public abstract class WatchTest : EndToEndTest
{
    protected const string Lists = """{"toolsListChanged":true,"promptsListChanged":true,"resourcesListChanged":true}""";

    private protected override GatewaySetup Setup => new()
    {
        Settings = new Dictionary<string, string?>(StringComparer.Ordinal) { ["Gateway:ChangeDebounce"] = "00:00:00.05" },
    };

    /// <summary>Every pair of eras, on the merged endpoint and on that of the server.</summary>
    public static TheoryData<Era, Era, string?> Wirings
    {
        get
        {
            var data = new TheoryData<Era, Era, string?>();
            foreach (var alias in new[] { null, "up" })
            {
                foreach (var client in new[] { Era.Modern, Era.Legacy })
                {
                    data.Add(client, Era.Modern, alias);
                    data.Add(client, Era.Legacy, alias);
                }
            }

            return data;
        }
    }

    private protected async Task<ScriptedUpstream> AddUpstreamAsync(Era era, string more = "")
    {
        var upstream = Own(await ScriptedServers.StartAsync(era, Cancellation));
        await Gateway.Registry.AddAsync("up", upstream.Url, Cancellation, more);
        await upstream.WaitUntilAsync(open => open.OpenStreams == 1, "the gateway watches", Cancellation);
        return upstream;
    }

    private protected async Task<OpenStream> WatchAsync(RawClient client, string filter = Lists, string? alias = null, HttpClient? http = null) =>
        Own(await OpenStream.OpenAsync(http ?? Gateway.Http, Gateway.Mcp(alias), client, filter, Cancellation));

    /// <summary>Has a client watch a resource: in its filter, or by subscribing and opening its stream.</summary>
    private protected async Task<OpenStream> WatchResourceAsync(RawClient client, string uri, string? alias = null, HttpClient? http = null)
    {
        if (client.Era == Era.Legacy)
        {
            Assert.Equal("{}", (await client.CallAsync("resources/subscribe", Cancellation, $"\"uri\":\"{uri}\"")).Result.GetRawText());
        }

        return await WatchAsync(client, $$"""{"resourceSubscriptions":["{{uri}}"]}""", alias, http);
    }
}
