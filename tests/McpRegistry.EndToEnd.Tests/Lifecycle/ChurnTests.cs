using McpRegistry.EndToEnd.Tests.Hosting;
using McpRegistry.EndToEnd.Tests.Upstreams;
using McpRegistry.EndToEnd.Tests.Wire;
using McpRegistry.TestSupport.Processes;
using McpRegistry.TestSupport.Upstreams;

namespace McpRegistry.EndToEnd.Tests.Lifecycle;

/// <summary>Servers that come and go leave nothing behind: no process, no connection, no stream, no session.</summary>
[Collection(NodeCollection.Name)]
public sealed class ChurnTests : EndToEndTest
{
    private readonly string _marker = $"marker-{Guid.CreateVersion7():N}";

    private protected override GatewaySetup Setup => new()
    {
        Settings = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["Stdio:AllowedCommands:0:Command"] = "node",
            ["Stdio:AllowedCommands:0:Arguments:0"] = NodeServers.Misbehaving,
        },
    };

    /// <summary>Deletes some servers at once, some while the gateway shakes hands, and some when they are in use.</summary>
    [Theory]
    [MemberData(nameof(Eras))]
    public async Task RegisterAndDelete_500TimesEachEra_LeavesNothingOpen(Era era)
    {
        var upstream = Own(await ScriptedServers.StartAsync(era, Cancellation));
        var client = await OpenAsync(Era.Modern);
        for (var round = 0; round < 500; round++)
        {
            var alias = $"up-{round}";
            var server = await Gateway.Registry.RegisterAsync($$"""{"name":"{{alias}}","alias":"{{alias}}","url":"{{upstream.Url}}"}""", Cancellation);
            if (round % 20 == 0)
            {
                await Gateway.Registry.WaitAsync(alias, "healthy", Cancellation);
                Assert.True((await client.CallToolAsync($"{alias}__work", Cancellation)).Result.TryGetProperty("content", out _));
            }
            else if (round % 3 == 0)
            {
                await upstream.WaitUntilAsync(open => open.Requests.Of("server/discover").Count > 0, "the gateway connects", Cancellation);
            }

            await Gateway.Registry.DeleteAsync(server, Cancellation);
        }

        Assert.Empty((await Gateway.Registry.ListAsync(Cancellation)).GetProperty("servers").EnumerateArray());
        await upstream.WaitUntilAsync(open => open is { OpenStreams: 0, OpenRequests: 0, OpenSessions: 0 }, "no stream, request or session is open", Cancellation);
        Assert.Equal(0, Gateway.Sessions.Count);
        await Gateway.DisposeAsync();
        await upstream.WaitUntilAsync(open => open.OpenConnections == 0, "no connection is open", Cancellation);
    }

    /// <summary>A call that meets the end of its server is answered by an error that says so, never by a broken host.</summary>
    [Theory]
    [MemberData(nameof(Pairs))]
    public async Task Delete_CallsUnderWay_EachGetsAnAnswer(Era client, Era era)
    {
        var upstream = Own(await ScriptedServers.StartAsync(era, Cancellation));
        var raw = await OpenAsync(client);
        for (var round = 0; round < 40; round++)
        {
            var server = await Gateway.Registry.AddAsync("up", upstream.Url, Cancellation);
            var calls = Enumerable.Range(0, 8).Select(_ => raw.CallToolAsync("up__work", Cancellation)).ToList();
            await Gateway.Registry.DeleteAsync(server, Cancellation);
            foreach (var answer in await Task.WhenAll(calls))
            {
                Assert.True(answer.Status == System.Net.HttpStatusCode.OK, $"{answer.Status}: {answer.Body}");
                Assert.True(answer.Response.TryGetProperty("result", out _) || answer.Reason is not null);
            }
        }

        await upstream.WaitUntilAsync(open => open is { OpenStreams: 0, OpenRequests: 0, OpenSessions: 0 }, "no stream, request or session is open", Cancellation);
    }

    [Fact]
    public async Task RegisterAndDelete_StdioServer20Times_LeavesNoProcess()
    {
        var client = await OpenAsync(Era.Modern);
        for (var round = 0; round < 20; round++)
        {
            var alias = $"child-{round}";
            var mode = round % 2 == 0 ? "normal" : "stubborn";
            var server = await Gateway.Registry.RegisterAsync(
                $$"""{"name":"{{alias}}","alias":"{{alias}}","command":"node","arguments":["{{NodeServers.Misbehaving}}","{{mode}}","{{_marker}}"]}""", Cancellation);

            // Some go while they start, some when they have run, some with a caller's own child.
            if (round % 4 > 1)
            {
                await Gateway.Registry.WaitAsync(alias, "healthy", Cancellation);
            }

            if (round % 4 == 3)
            {
                Assert.True((await client.CallToolAsync($"{alias}__echo", Cancellation)).Result.TryGetProperty("content", out _));
            }

            await Gateway.Registry.DeleteAsync(server, Cancellation);
        }

        await LocalProcesses.WaitForNoneAsync(_marker, Cancellation);
    }

    [Fact]
    public async Task Register_CommandThatIsNotAllowed_StartsNothing()
    {
        using var body = new StringContent($$"""{"name":"x","command":"node","arguments":["-e","1","{{_marker}}"]}""", System.Text.Encoding.UTF8, "application/json");
        using var response = await Gateway.Http.PostAsync("/api/v1/servers", body, Cancellation);
        Assert.Equal(System.Net.HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Empty(LocalProcesses.With(_marker));
    }
}
