using System.Text.Json;
using McpRegistry.EndToEnd.Tests.Hosting;
using McpRegistry.EndToEnd.Tests.Wire;
using McpRegistry.Gateway.Bridging;
using McpRegistry.TestSupport.Upstreams;

namespace McpRegistry.EndToEnd.Tests.Bridging;

/// <summary>A gateway with one server, <c>up</c>, that asks its clients.</summary>
public abstract class BridgingTest : EndToEndTest
{
    private protected const string Work = "\"name\":\"up__work\",\"arguments\":{\"a\":1,\"b\":[2,{\"c\":3,\"d\":4}]}";

    private protected ScriptedUpstream Upstream { get; private set; } = null!;

    private protected SuspendedCalls Suspended => Gateway.Get<SuspendedCalls>();

    private protected async Task StartAsync(Era era, string more = "")
    {
        Upstream = Own(await ScriptedServers.StartAsync(era, Cancellation));
        await Gateway.Registry.AddAsync("up", Upstream.Url, Cancellation, more);
    }

    private protected Task<RawClient> ClientAsync(Era era, string capabilities = Question.Everything, string revision = RawClient.LegacyVersion) =>
        RawClient.OpenAsync(Gateway.Http, Gateway.Mcp(), era, Cancellation, capabilities, revision);

    /// <summary>Makes a call that is answered with questions.</summary>
    private protected static async Task<JsonElement> AskedAsync(RawClient client, string members = Work, string method = "tools/call")
    {
        var answer = await client.CallAsync(method, Cancellation, members);
        return Asked(answer);
    }

    private protected static JsonElement Asked(McpAnswer answer)
    {
        Assert.Equal("input_required", answer.Result.GetProperty("resultType").GetString());
        return answer.Result;
    }

    /// <summary>Makes a call again with answers, which are raw members of <c>inputResponses</c>.</summary>
    private protected static Task<McpAnswer> RetryAsync(RawClient client, JsonElement asked, string responses, string members = Work, string method = "tools/call") =>
        client.CallAsync(method, Cancellation, $"{members},\"inputResponses\":{{{responses}}},\"requestState\":{asked.GetProperty("requestState").GetRawText()}");

    /// <summary>What the server repeats of the answers that it got.</summary>
    private protected static IReadOnlyList<string> Told(McpAnswer answer) =>
        [.. answer.Result.GetProperty("answers").EnumerateArray().Select(element => element.GetRawText())];

    /// <summary>Waits until nothing of a suspended call is left: at the gateway, nor a call at the server.</summary>
    private protected async Task NothingIsLeftAsync()
    {
        await Upstream.WaitUntilAsync(up => up.OpenRequests == up.OpenStreams, "no call is open", Cancellation);
        Assert.Equal(0, Suspended.Count);
    }
}
