using McpRegistry.EndToEnd.Tests.Hosting;
using McpRegistry.EndToEnd.Tests.Wire;
using McpRegistry.TestSupport.Upstreams;

namespace McpRegistry.EndToEnd.Tests.Bridging;

/// <summary>A read of a wrapped URI during which the server asks: both rounds are about the server's own.</summary>
public sealed class CollidingUriQuestionTests : BridgingTest
{
    private const string Uri = "\"uri\":\"mcp+up:test://one\"";
    private const string Contents = "\"contents\":[{\"uri\":\"test://one\"}]";

    [Theory]
    [MemberData(nameof(Pairs))]
    public async Task Read_ServerAsks_IsAnsweredUnderTheClientsUri(Era client, Era server)
    {
        var first = Own(await ScriptedServers.StartAsync(server, Cancellation));
        await Gateway.Registry.AddAsync("first", first.Url, Cancellation);
        await StartAsync(server);
        Upstream.On("resources/read", server == Era.Modern
            ? exchange => exchange.ResultAsync(Asking.IsRetry(exchange) ? Asking.Received(exchange).Replace("\"contents\":[]", Contents, StringComparison.Ordinal) : Asking.InputRequired("\"s\"", Question.Form))
            : async exchange =>
            {
                await Asking.AskAsync(Upstream, exchange, Question.Form);
                await exchange.ResultAsync($"{{{Contents}}}");
            });
        var raw = await ClientAsync(client);
        var result = client == Era.Modern ? await AskedOfModernAsync(raw, server) : await AskedOfLegacyAsync(raw);
        Assert.Equal("mcp+up:test://one", result.GetProperty("contents")[0].GetProperty("uri").GetString());
        var reads = Upstream.Requests.Of("resources/read");
        Assert.Equal(server == Era.Modern ? 2 : 1, reads.Count);
        Assert.All(reads, static read => Assert.Equal("test://one", read.Params.GetProperty("uri").GetString()));
        Assert.Empty(first.Requests.Of("resources/read"));
    }

    private static async Task<System.Text.Json.JsonElement> AskedOfModernAsync(RawClient client, Era server)
    {
        var asked = await AskedAsync(client, Uri, "resources/read");
        var key = server == Era.Modern ? "k1" : "r1";
        return (await RetryAsync(client, asked, $"\"{key}\":{Question.Form.Answer}", Uri, "resources/read")).Result;
    }

    private static async Task<System.Text.Json.JsonElement> AskedOfLegacyAsync(RawClient client)
    {
        using var call = await client.BeginAsync("resources/read", Cancellation, Uri);
        await client.RespondAsync(await call.NextAsync(Cancellation), Question.Form.Answer, Cancellation);
        return (await call.NextAsync(Cancellation)).GetProperty("result");
    }
}
