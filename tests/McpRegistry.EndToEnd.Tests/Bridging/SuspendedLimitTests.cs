using System.Text.Json;
using McpRegistry.ApiKeys;
using McpRegistry.EndToEnd.Tests.Hosting;
using McpRegistry.EndToEnd.Tests.Wire;
using McpRegistry.Gateway.Bridging;
using McpRegistry.TestSupport;
using McpRegistry.TestSupport.Upstreams;

namespace McpRegistry.EndToEnd.Tests.Bridging;

/// <summary>Suspended calls are bounded in time and number, and the server is told when one is given up.</summary>
public sealed class SuspendedLimitTests : BridgingTest
{
    /// <summary>No retry in time: the elicitation is cancelled, the other question fails, the call is cancelled.</summary>
    [Fact]
    public async Task Expiry_ServerIsToldAndTheStateIsExpired()
    {
        var clock = new ManualTimeProvider();
        await using var host = await GatewayHost.StartAsync(Cancellation, new GatewaySetup { Clock = clock });
        await using var upstream = await ScriptedServers.StartAsync(Era.Legacy, Cancellation);
        upstream.On("tools/call", async exchange =>
        {
            await Asking.AskAsync(upstream, exchange, Question.Form, Question.Sampling);
            await Answers.Never(exchange);
        });
        await PumpAsync(clock, host.Registry.AddAsync("up", upstream.Url, Cancellation));
        var client = await RawClient.OpenAsync(host.Http, host.Mcp(), Era.Modern, Cancellation, Question.Everything);
        var asked = await PumpAsync(clock, AskedAsync(client));
        var call = upstream.Requests.Of("tools/call")[0];

        clock.Advance(TimeSpan.FromMinutes(4));
        Assert.Equal(1, host.Get<SuspendedCalls>().Count);
        clock.Advance(TimeSpan.FromMinutes(1));
        await upstream.Requests.WaitAsync("notifications/cancelled", Cancellation);
        Assert.Equal(0, host.Get<SuspendedCalls>().Count);
        var outcomes = upstream.Requests.All.Where(request => request is { Verb: "POST", Method: "", Id: not null }).Select(Asking.Outcome).ToArray();
        Assert.Equal(2, outcomes.Length);
        Assert.Contains(Question.Cancelled, outcomes);
        Assert.Contains(outcomes, outcome => outcome.Contains("-32603", StringComparison.Ordinal));
        Assert.Equal(call.Id, upstream.Requests.Of("notifications/cancelled")[0].Params.GetProperty("requestId").GetRawText());
        await call.Ended.WaitAsync(Cancellation);
        Assert.Equal("state_expired", (await RetryAsync(client, asked, $"\"r1\":{Question.Form.Answer}")).Reason);
        Assert.Single(upstream.Requests.Of("tools/call"));
    }

    [Theory]
    [InlineData("MaxSuspendedCalls")]
    [InlineData("MaxSuspendedCallsPerCaller")]
    [InlineData("MaxSuspendedCallsPerServer")]
    public async Task Limit_OneTooMany_IsBusyAndTheServerIsTold(string limit)
    {
        await using var host = await GatewayHost.StartAsync(Cancellation, new GatewaySetup
        {
            Settings = new Dictionary<string, string?>(StringComparer.Ordinal) { [$"Gateway:{limit}"] = "2" },
        });
        await using var upstream = await ScriptedServers.StartAsync(Era.Legacy, Cancellation);
        await using var other = await ScriptedServers.StartAsync(Era.Legacy, Cancellation);
        upstream.On("tools/call", Asking.AtOnce(upstream, Question.Form));
        other.On("tools/call", Asking.AtOnce(other, Question.Form));
        upstream.On("tools/list", ListAnswers.Page("tools", $$$"""[{{{ScriptedServers.Tool}}},{"name":"again","inputSchema":{},"annotations":{"idempotentHint":true}}]"""));
        await host.Registry.AddAsync("up", upstream.Url, Cancellation);
        await host.Registry.AddAsync("other", other.Url, Cancellation);
        using var secondHttp = host.CreateHttp(await host.AddKeyAsync("second", ApiKeyScope.Proxy, Cancellation));
        var first = await RawClient.OpenAsync(host.Http, host.Mcp(), Era.Modern, Cancellation, Question.Everything);
        var second = await RawClient.OpenAsync(secondHttp, host.Mcp(), Era.Modern, Cancellation, Question.Everything);
        var kept = await AskedAsync(first);
        await AskedAsync(first);

        var refused = await first.CallAsync("tools/call", Cancellation, Work);
        Assert.Equal("busy", refused.Reason);

        // The tool has run up to its question.
        Assert.False(IsRetryable(refused));
        var told = await upstream.Requests.WaitAsync(static request => request is { Verb: "POST", Method: "", Id: not null }, "the server is told", Cancellation);
        Assert.Equal(Question.Cancelled, Asking.Outcome(told));
        await upstream.WaitUntilAsync(up => up.OpenRequests - up.OpenStreams == 2, "the third call has ended", Cancellation);

        var harmless = await first.CallAsync("tools/call", Cancellation, "\"name\":\"up__again\"");
        Assert.Equal("busy", harmless.Reason);
        Assert.True(IsRetryable(harmless));

        // A limit is for what it names, and only that.
        Assert.Equal(limit == "MaxSuspendedCallsPerCaller", IsAsked(await second.CallAsync("tools/call", Cancellation, Work)));
        Assert.Equal(limit == "MaxSuspendedCallsPerServer", IsAsked(await first.CallAsync("tools/call", Cancellation, "\"name\":\"other__work\"")));

        // Whoever answers makes room.
        Assert.Single(Told(await RetryAsync(first, kept, "\"r1\":{\"action\":\"accept\"}")));
        Assert.True(IsAsked(await first.CallAsync("tools/call", Cancellation, limit == "MaxSuspendedCallsPerCaller" ? "\"name\":\"other__work\"" : Work)));
    }

    /// <summary>Anything that waits in the gateway for its own clock gets the time that it needs.</summary>
    private static async Task<T> PumpAsync<T>(ManualTimeProvider clock, Task<T> task)
    {
        while (await Task.WhenAny(task, Task.Delay(5, Cancellation)) != task)
        {
            clock.Advance(TimeSpan.FromMilliseconds(5));
        }

        return await task;
    }

    private static bool IsRetryable(McpAnswer refused) => refused.Error.GetProperty("data").GetProperty("retryable").GetBoolean();

    private static bool IsAsked(McpAnswer answer) =>
        answer.Response.TryGetProperty("result", out var result) && result.GetProperty("resultType").ValueEquals("input_required");
}
