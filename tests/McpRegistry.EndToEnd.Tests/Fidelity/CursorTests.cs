using McpRegistry.EndToEnd.Tests.Hosting;
using McpRegistry.EndToEnd.Tests.Wire;
using McpRegistry.TestSupport.Upstreams;

namespace McpRegistry.EndToEnd.Tests.Fidelity;

/// <summary>Cursors are opaque: the gateway's own cannot be read, and a server's own are not the gateway's business.</summary>
public sealed class CursorTests : EndToEndTest
{
    private protected override GatewaySetup Setup => new() { Settings = new Dictionary<string, string?>(StringComparer.Ordinal) { ["Gateway:ListPageSize"] = "1" } };

    [Theory]
    [MemberData(nameof(Eras))]
    public async Task MergedList_Cursor_LeadsOnAndTellsNothing(Era era)
    {
        await AddAsync("first-alias", Era.Modern);
        await AddAsync("second-alias", Era.Legacy);
        var client = await OpenAsync(era);

        var page = (await client.CallAsync("tools/list", Cancellation)).Result;
        var cursor = page.GetProperty("nextCursor").GetString()!;
        var next = (await client.CallAsync("tools/list", Cancellation, $"\"cursor\":\"{cursor}\"")).Result;
        var other = await client.CallAsync("prompts/list", Cancellation, $"\"cursor\":\"{cursor}\"");
        var empty = await client.CallAsync("tools/list", Cancellation, "\"cursor\":\"\"");

        Assert.Equal("first-alias__work", page.GetProperty("tools")[0].GetProperty("name").GetString());
        Assert.Equal("second-alias__work", next.GetProperty("tools")[0].GetProperty("name").GetString());
        Assert.False(next.TryGetProperty("nextCursor", out _));
        Assert.DoesNotContain("alias", System.Text.Encoding.Latin1.GetString(System.Buffers.Text.Base64Url.DecodeFromChars(cursor)), StringComparison.Ordinal);
        Assert.Equal(-32602, other.Response.GetProperty("error").GetProperty("code").GetInt32());
        Assert.Equal(-32602, empty.Response.GetProperty("error").GetProperty("code").GetInt32());
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public async Task SingleServer_Cursor_PassesUntouched(Era era, Era upstream)
    {
        var server = await AddAsync("up", upstream);
        server.On("tools/list", Answers.Result(ScriptedServers.Complete(upstream, $$"""{"tools":[{{ScriptedServers.Tool}}],"nextCursor":"own é/+= cursor"}""", cacheable: true)));
        var client = await OpenAsync(era, "up");

        foreach (var cursor in new[] { "", "own \\u00e9/+= cursor" })
        {
            var page = (await client.CallAsync("tools/list", Cancellation, $"\"cursor\":\"{cursor}\"")).Result;

            Assert.Equal("own é/+= cursor", page.GetProperty("nextCursor").GetString());
            Assert.Equal($"\"{cursor}\"", server.Requests.Of("tools/list")[^1].Params.GetProperty("cursor").GetRawText());
        }
    }

    private async Task<ScriptedUpstream> AddAsync(string alias, Era era)
    {
        var server = Own(await ScriptedServers.StartAsync(era, Cancellation));
        await Gateway.Registry.AddAsync(alias, server.Url, Cancellation);
        return server;
    }
}
