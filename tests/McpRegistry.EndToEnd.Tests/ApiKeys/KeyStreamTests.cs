using System.Net;
using McpRegistry.EndToEnd.Tests.Hosting;
using McpRegistry.EndToEnd.Tests.Wire;

namespace McpRegistry.EndToEnd.Tests.ApiKeys;

/// <summary>An open stream stands on what its key was allowed at its beginning, and ends when that is taken away.</summary>
public sealed class KeyStreamTests : KeyTest
{
    private const string Filter = """{"toolsListChanged":true}""";

    [Theory]
    [InlineData(Era.Modern)]
    [InlineData(Era.Legacy)]
    public async Task Revoke_KeyWithAnOpenStream_EndsIt(Era era)
    {
        var (text, id) = await CreateAsync("\"name\":\"watcher\",\"scopes\":[\"proxy\"]");
        using var http = Gateway.CreateHttp(text);
        var stream = await WatchAsync(era, http);

        var revoked = await SendAsync(HttpMethod.Post, $"{Keys}/{id}/revoke", """{"reason":"lost"}""");

        Assert.Equal(HttpStatusCode.OK, revoked.Status);
        await AssertEndsAsync(era, stream);
    }

    [Theory]
    [InlineData("\"scopes\":[\"proxy\"],\"allowedMethods\":[\"tools/list\"]")]
    [InlineData("\"scopes\":[\"proxy\"],\"enabled\":false")]
    [InlineData("\"scopes\":[\"proxy\",\"read\"]")]
    public async Task Update_BoundsOfAKeyWithAnOpenStream_EndsIt(string members)
    {
        var (text, id) = await CreateAsync("\"name\":\"watcher\",\"scopes\":[\"proxy\"]");
        using var http = Gateway.CreateHttp(text);
        var stream = await WatchAsync(Era.Modern, http);

        var updated = await SendAsync(HttpMethod.Put, $"{Keys}/{id}", $$"""{"name":"watcher",{{members}}}""");

        Assert.Equal(HttpStatusCode.OK, updated.Status);
        await AssertEndsAsync(Era.Modern, stream);
    }

    /// <summary>Only what a caller may do decides; and whoever guesses at a key must not be able to cut its holder off.</summary>
    [Fact]
    public async Task UpdateAndLock_NothingTakenAway_StreamsStay()
    {
        var (text, id) = await CreateAsync("\"name\":\"watcher\",\"scopes\":[\"proxy\"]");
        using var http = Gateway.CreateHttp(text);
        var stream = await WatchAsync(Era.Modern, http);
        await SendAsync(HttpMethod.Put, $"{Keys}/{id}", """{"name":"watcher","description":"renamed","scopes":["proxy"]}""");
        for (var attempt = 0; attempt < 5; attempt++)
        {
            await UseAsync(WithOtherSecret(text));
        }

        Assert.Equal("locked", await StateAsync(id));
        var server = Own(await ScriptedServers.StartAsync(Era.Modern, Cancellation));
        await Gateway.Registry.AddAsync("later", server.Url, Cancellation);
        var heard = stream.ExpectAsync("tools/list_changed", Cancellation);
        while (!heard.IsCompleted)
        {
            // What is announced is gathered for a moment first.
            Clock.Advance(TimeSpan.FromSeconds(1));
            await Task.WhenAny(heard, Task.Delay(TimeSpan.FromMilliseconds(25), Cancellation));
        }

        await heard;
    }

    [Theory]
    [InlineData(Era.Modern)]
    [InlineData(Era.Legacy)]
    public async Task Expiry_OfAKeyWithAnOpenStream_EndsIt(Era era)
    {
        var (text, _) = await CreateAsync($"\"name\":\"watcher\",\"scopes\":[\"proxy\"],\"expiresAt\":\"{Clock.GetUtcNow().AddHours(1):O}\"");
        using var http = Gateway.CreateHttp(text);
        var stream = await WatchAsync(era, http);

        Clock.Advance(TimeSpan.FromHours(1));

        await AssertEndsAsync(era, stream);
    }

    private async Task<OpenStream> WatchAsync(Era era, HttpClient http) =>
        Own(await OpenStream.OpenAsync(http, Gateway.Mcp(), await RawClient.OpenAsync(http, Gateway.Mcp(), era, Cancellation), Filter, Cancellation));

    /// <summary>A modern stream ends with its answer, as at the end of the host: it is no accident.</summary>
    private static async Task AssertEndsAsync(Era era, OpenStream stream)
    {
        if (era == Era.Modern)
        {
            Assert.Equal("\"listen\"", OpenStream.Tag(await stream.NextAsync(Cancellation)));
        }

        await stream.ExpectEndAsync(Cancellation);
    }
}
