using System.Text.Json;
using McpRegistry.ApiKeys;
using McpRegistry.EndToEnd.Tests.Hosting;
using McpRegistry.EndToEnd.Tests.Wire;
using McpRegistry.Servers;
using McpRegistry.Snapshots;
using McpRegistry.TestSupport.Upstreams;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.DependencyInjection;

namespace McpRegistry.EndToEnd.Tests.Bridging;

/// <summary>What a client may try with a <c>requestState</c>, and what it is told; the call is kept for whoever may answer it.</summary>
public sealed class SuspendedStateTests : BridgingTest
{
    private const string Answered = "\"r1\":{\"action\":\"accept\"}";

    [Theory]
    [InlineData(0)]
    [InlineData(20)]
    [InlineData(-1)]
    public async Task Retry_TamperedState_IsInvalid(int position)
    {
        var (client, asked) = await AskAsync();
        var state = asked.GetProperty("requestState").GetString()!.ToCharArray();
        var index = position < 0 ? state.Length - 2 : position;
        state[index] = state[index] == 'A' ? 'B' : 'A';
        await RefusedAsync("state_invalid", client, new string(state));
        await StillAnswersAsync(client, asked);
    }

    [Theory]
    [InlineData("")]
    [InlineData("made up")]
    [InlineData("AAAA")]
    public async Task Retry_MadeUpState_IsInvalid(string state)
    {
        var (client, asked) = await AskAsync();
        await RefusedAsync("state_invalid", client, state);
        var answer = await client.CallAsync("tools/call", Cancellation, $"{Work},\"requestState\":{{\"a\":1}}");
        Assert.Equal("state_invalid", answer.Reason);
        await StillAnswersAsync(client, asked);
    }

    [Fact]
    public async Task Retry_OfAnotherPrincipal_IsInvalidAndTheCallIsKept()
    {
        var (client, asked) = await AskAsync();
        using var http = Gateway.CreateHttp(await Gateway.AddKeyAsync("second", ApiKeyScope.Proxy, Cancellation));
        var other = await RawClient.OpenAsync(http, Gateway.Mcp(), Era.Modern, Cancellation, Question.Everything);
        await RefusedAsync("state_invalid", other, asked.GetProperty("requestState").GetString()!);
        await StillAnswersAsync(client, asked);
    }

    [Theory]
    [InlineData("\"name\":\"up__work\",\"arguments\":{\"a\":2,\"b\":[2,{\"c\":3,\"d\":4}]}")]
    [InlineData("\"name\":\"up__work\",\"arguments\":{\"a\":1,\"b\":[{\"c\":3,\"d\":4},2]}")]
    [InlineData("\"name\":\"up__work\",\"arguments\":{}")]
    [InlineData("\"name\":\"up__work\"")]
    [InlineData("\"name\":\"up__work\",\"arguments\":{\"a\":1,\"b\":[2,{\"c\":3,\"d\":4}]},\"more\":1")]
    public async Task Retry_OtherParams_AreAMismatch(string members)
    {
        var (client, asked) = await AskAsync();
        Assert.Equal("state_mismatch", (await RetryAsync(client, asked, Answered, members)).Reason);
        Assert.Equal("state_mismatch", (await RetryAsync(client, asked, Answered, "\"name\":\"up__ask\"", "prompts/get")).Reason);
        await StillAnswersAsync(client, asked);
    }

    /// <summary>The server is upgraded while a client is asked, so that its catalogue is of the other era already.</summary>
    [Fact]
    public async Task Retry_ServerHasChangedItsEra_GoesOnAndRunsOnce()
    {
        var (client, asked) = await AskAsync();
        var snapshots = Gateway.Get<RegistrySnapshots>();
        var entry = Assert.Single(snapshots.Current.Servers.Values);
        snapshots.Change(entry.Server.Id, static old => old with { Report = old.Report! with { Era = ProtocolEra.Modern } });

        await StillAnswersAsync(client, asked);

        Assert.Single(Upstream.Requests.Of("tools/call"));
    }

    [Theory]
    [InlineData("\"arguments\":{\"b\":[2,{\"d\":4,\"c\":3}],\"a\":1},\"name\":\"up__work\"")]
    [InlineData("\"name\" : \"up__work\" , \"arguments\" : { \"\\u0061\" : 1, \"b\" : [ 2, { \"c\" : 3, \"d\" : 4 } ] }")]
    public async Task Retry_SameParamsWrittenOtherwise_AreTheSame(string members)
    {
        var (client, asked) = await AskAsync();
        Assert.Equal(["{\"action\":\"accept\"}"], Told(await RetryAsync(client, asked, Answered, members)));
        await NothingIsLeftAsync();
    }

    /// <summary>The sending of an answer twice must not answer a later question with it.</summary>
    [Fact]
    public async Task Retry_SecondTimeInALaterRound_IsUsed()
    {
        await StartAsync(Era.Legacy);
        Upstream.On("tools/call", Asking.InTurn(Upstream, Question.Form, Question.Form));
        var client = await ClientAsync(Era.Modern);
        var first = await AskedAsync(client);
        var second = Asked(await RetryAsync(client, first, Answered));
        Assert.Equal("state_used", (await RetryAsync(client, first, Answered)).Reason);
        Assert.Equal("state_used", (await RetryAsync(client, first, "\"r2\":{\"action\":\"accept\"}")).Reason);
        Assert.Equal(2, Told(await RetryAsync(client, second, "\"r2\":{\"action\":\"decline\"}")).Count);
        await NothingIsLeftAsync();
    }

    [Fact]
    public async Task Retry_AfterTheCallHasEnded_IsExpiredAndRunsNothing()
    {
        var (client, asked) = await AskAsync();
        Assert.Single(Told(await RetryAsync(client, asked, Answered)));
        var again = await RetryAsync(client, asked, Answered);
        Assert.Equal("state_expired", again.Reason);
        Assert.Equal(-32602, again.Error.GetProperty("code").GetInt32());
        Assert.Single(Upstream.Requests.Of("tools/call"));
    }

    /// <summary>Whoever sends a retry twice must not be told to make the call again: it is being worked on.</summary>
    [Fact]
    public async Task Retry_WhileTheFirstIsWorkedOn_IsUsed()
    {
        await StartAsync(Era.Legacy);
        var end = new Gate();
        Upstream.On("tools/call", async exchange =>
        {
            var answers = await Asking.AskAsync(Upstream, exchange, Question.Form);
            await Answers.After(end, Answers.Result(Asking.Result(answers)))(exchange);
        });
        var client = await ClientAsync(Era.Modern);
        var asked = await AskedAsync(client);
        var first = RetryAsync(client, asked, Answered);
        await end.WhenWaitingAsync(1, Cancellation);

        var second = await RetryAsync(client, asked, Answered);
        end.Open();

        Assert.Equal("state_used", second.Reason);
        Assert.DoesNotContain("call again", second.Error.GetProperty("message").GetString()!, StringComparison.Ordinal);
        Assert.Single(Told(await first));
        Assert.Equal("state_expired", (await RetryAsync(client, asked, Answered)).Reason);
        await NothingIsLeftAsync();
    }

    /// <summary>Each request says what its client can do; one that can do less than is asked learns what is needed, and the call waits.</summary>
    [Fact]
    public async Task Retry_ThatDeclaresLessThanIsAsked_IsRefusedAndTheCallIsKept()
    {
        var (client, asked) = await AskAsync();
        var refused = await RetryAsync(await ClientAsync(Era.Modern, """{"roots":{}}"""), asked, "");
        Assert.Equal((System.Net.HttpStatusCode.BadRequest, -32021), (refused.Status, refused.Error.GetProperty("code").GetInt32()));
        Assert.Equal("""{"elicitation":{"form":{}}}""", refused.Error.GetProperty("data").GetProperty("requiredCapabilities").GetRawText());
        await StillAnswersAsync(client, asked);
    }

    [Fact]
    public async Task Retry_ThatDeclaresLess_IsNotAskedBeyondThat()
    {
        await StartAsync(Era.Legacy);
        Upstream.On("tools/call", Asking.InTurn(Upstream, Question.Form, Question.Form));
        var asked = await AskedAsync(await ClientAsync(Era.Modern));

        var told = Told(await RetryAsync(await ClientAsync(Era.Modern, "{}"), asked, Answered));

        Assert.Equal("{\"action\":\"accept\"}", told[0]);
        Assert.Equal(-32601, JsonElement.Parse(told[1]).GetProperty("code").GetInt32());
        await NothingIsLeftAsync();
    }

    /// <summary>One of two retries at the same time is answered, and the server gets one answer.</summary>
    [Fact]
    public async Task Retry_ManyAtOnce_OneWins()
    {
        var (client, asked) = await AskAsync();
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => RetryAsync(client, asked, Answered)));
        var lost = answers.Where(answer => answer.Response.TryGetProperty("error", out _)).ToArray();
        Assert.Equal(19, lost.Length);
        Assert.All(lost, answer => Assert.Contains(answer.Reason, (string[])["state_used", "state_expired"]));
        Assert.Single(Upstream.Requests.All, request => request is { Verb: "POST", Method: "", Id: not null });
        await NothingIsLeftAsync();
    }

    /// <summary>Suspended calls do not outlive the process; the keys of the state do.</summary>
    [Fact]
    public async Task Retry_AfterARestart_IsExpired()
    {
        var keys = Directory.CreateTempSubdirectory("mcp-e2e-");
        try
        {
            await StartAsync(Era.Legacy);
            Upstream.On("tools/call", Asking.AtOnce(Upstream, Question.Form));
            var setup = new GatewaySetup
            {
                DatabaseFile = Path.Combine(keys.FullName, "registry.db"),
                Services = services => services.AddDataProtection().SetApplicationName("test").PersistKeysToFileSystem(keys),
            };
            JsonElement asked;
            await using (var first = await GatewayHost.StartAsync(Cancellation, setup))
            {
                await first.Registry.AddAsync("up", Upstream.Url, Cancellation);
                var client = await RawClient.OpenAsync(first.Http, first.Mcp(), Era.Modern, Cancellation, Question.Everything);
                asked = await AskedAsync(client);
                Assert.Equal("state_invalid", (await RetryAsync(await ClientAsync(Era.Modern), asked, Answered)).Reason);
            }

            await NothingIsLeftAsync();
            await using var second = await GatewayHost.StartAsync(Cancellation, setup);
            var later = await RawClient.OpenAsync(second.Http, second.Mcp(), Era.Modern, Cancellation, Question.Everything);
            Assert.Equal("state_expired", (await RetryAsync(later, asked, Answered)).Reason);
        }
        finally
        {
            keys.Delete(recursive: true);
        }
    }

    /// <summary>A state without a call at a legacy server is nothing that the server should see.</summary>
    [Fact]
    public async Task Call_InputResponsesWithoutState_AreNotPassedOn()
    {
        await StartAsync(Era.Legacy);
        var client = await ClientAsync(Era.Modern);
        await client.CallAsync("tools/call", Cancellation, $"{Work},\"inputResponses\":{{{Answered}}}");
        Assert.False(Upstream.Requests.Of("tools/call")[0].Params.TryGetProperty("inputResponses", out _));
    }

    private async Task<(RawClient Client, JsonElement Asked)> AskAsync()
    {
        await StartAsync(Era.Legacy);
        Upstream.On("tools/call", Asking.AtOnce(Upstream, Question.Form));
        var client = await ClientAsync(Era.Modern);
        return (client, await AskedAsync(client));
    }

    private static async Task RefusedAsync(string reason, RawClient client, string state)
    {
        var answer = await client.CallAsync("tools/call", Cancellation, $"{Work},\"inputResponses\":{{{Answered}}},\"requestState\":{JsonSerializer.Serialize(state)}");
        Assert.Equal(reason, answer.Reason);
        Assert.Equal(-32602, answer.Error.GetProperty("code").GetInt32());
    }

    private async Task StillAnswersAsync(RawClient client, JsonElement asked)
    {
        Assert.Equal(1, Suspended.Count);
        Assert.Equal(["{\"action\":\"accept\"}"], Told(await RetryAsync(client, asked, Answered)));
        await NothingIsLeftAsync();
    }
}
