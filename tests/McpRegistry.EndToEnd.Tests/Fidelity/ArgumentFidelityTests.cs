using System.Text;
using System.Text.Json;
using McpRegistry.EndToEnd.Tests.Hosting;
using McpRegistry.EndToEnd.Tests.Wire;

namespace McpRegistry.EndToEnd.Tests.Fidelity;

/// <summary>What a client sends is what the upstream gets: every byte of the params but the name and <c>_meta</c>.</summary>
public sealed class ArgumentFidelityTests : EndToEndTest
{
    private const string Arguments =
        """{ "z":1.0,"a":[1E400,-0,123456789012345678901234567890],"n":{"name":"decoy","_meta":{"x":1}},"t":"\u00e9é🎈\ud83c\udf88\/","" : null}""";

    [Theory]
    [MemberData(nameof(Pairs))]
    public async Task Call_AnyPairOfEras_ArgumentsAreTheClientsBytes(Era client, Era upstream)
    {
        var server = Own(await ScriptedServers.StartAsync(upstream, Cancellation));
        await Gateway.Registry.AddAsync("up", server.Url, Cancellation);
        foreach (var (alias, tool) in new[] { ("up", "work"), (null, "up__work") })
        {
            var answer = await (await OpenAsync(client, alias)).CallAsync(
                "tools/call", Cancellation, $"\"before\" : [1 ,2],\"name\":\"{tool}\" ,\"arguments\":{Arguments}, \"extra\":1E2", "\"example.com/a\":1e1,\"traceparent\":\"00-a-b-01\"");
            Assert.Equal(JsonValueKind.Object, answer.Result.ValueKind);
        }

        foreach (var call in server.Requests.Of("tools/call"))
        {
            Assert.Contains($"\"before\" : [1 ,2],\"name\":\"work\" ,\"arguments\":{Arguments}, \"extra\":1E2", Encoding.UTF8.GetString(call.Body.Span), StringComparison.Ordinal);
            Assert.Equal("1e1", call.Meta("example.com/a").GetRawText());
            Assert.Equal("00-a-b-01", call.Meta("traceparent").GetString());
            Assert.Equal(upstream == Era.Modern, call.IsModern);
            Assert.False(call.Headers.ContainsKey("Authorization"));
        }

        Assert.Equal(2, server.Requests.Of("tools/call").Count);
    }

    [Theory]
    [MemberData(nameof(Eras))]
    public async Task Call_ParamsWithoutArgumentsOrMeta_ReachTheUpstream(Era upstream)
    {
        var server = Own(await ScriptedServers.StartAsync(upstream, Cancellation));
        await Gateway.Registry.AddAsync("up", server.Url, Cancellation);
        await (await OpenAsync(Era.Legacy)).CallAsync("tools/call", Cancellation, "\"name\":\"up__work\"");
        var call = Assert.Single(server.Requests.Of("tools/call"));
        Assert.Equal("work", call.Params.GetProperty("name").GetString());
        Assert.False(call.Params.TryGetProperty("arguments", out _));
    }

    /// <summary>A name that is spelt with escapes is the same name; the upstream sees its own spelling.</summary>
    [Fact]
    public async Task Call_NameSpeltWithEscapes_FindsTheTool()
    {
        var server = Own(await ScriptedServers.StartAsync(Era.Modern, Cancellation));
        await Gateway.Registry.AddAsync("up", server.Url, Cancellation);
        var answer = await (await OpenAsync(Era.Modern)).CallAsync("tools/call", Cancellation, """
            "name":"\u0075p__w\u006frk"
            """);
        Assert.True(answer.Result.TryGetProperty("content", out _));
        Assert.Equal("work", Assert.Single(server.Requests.Of("tools/call")).Params.GetProperty("name").GetString());
    }
}
