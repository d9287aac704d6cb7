using System.Text.Json;
using McpRegistry.ApiKeys;
using McpRegistry.EndToEnd.Tests.Wire;
using McpRegistry.TestSupport.Upstreams;

namespace McpRegistry.EndToEnd.Tests.Bridging;

/// <summary>
/// A server asks on the stream of a session what names no call. Clients of the stateless era that are the same principal share
/// that session, so the question goes to a call only if it can be no other's.
/// </summary>
public sealed class UnnamedQuestionTests : BridgingTest
{
    [Fact]
    public async Task Question_TwoCallsOfOnePrincipalRun_IsPutToNeither()
    {
        await StartAsync(Era.Legacy);
        var (both, end) = (new Gate(), new Gate());
        Upstream.On("tools/call", Answers.After(both, Answers.After(end, Answers.Result("""{"content":[]}"""))));
        var (first, second) = (await ClientAsync(Era.Modern), await ClientAsync(Era.Modern));
        var calls = new[] { first.CallAsync("tools/call", Cancellation, Work), second.CallAsync("tools/call", Cancellation, Work) };
        await both.WhenWaitingAsync(2, Cancellation);
        var session = Upstream.Requests.Of("tools/call").Select(call => call.SessionId).Distinct(StringComparer.Ordinal).Single();
        await Upstream.WaitUntilAsync(up => up.HasStream(session), "the session is heard", Cancellation);
        await Upstream.AskAsync(session, "\"q\"", Question.Form.Method, Question.Form.Params);

        var answer = await Upstream.Requests.AnswerAsync(session, "\"q\"", Cancellation);
        Assert.Equal(-32601, JsonElement.Parse(Asking.Outcome(answer)).GetProperty("code").GetInt32());
        both.Open();
        end.Open();
        Assert.All(await Task.WhenAll(calls), call => Assert.Equal("complete", call.Result.GetProperty("resultType").GetString()));
    }

    /// <summary>Where all clients share one session, the call of one that cannot be asked may be what the question is about.</summary>
    [Fact]
    public async Task Question_CallOfAnotherThatCannotBeAskedRuns_IsPutToNobody()
    {
        await StartAsync(Era.Legacy, ",\"isolation\":\"shared\"");
        var (both, end) = (new Gate(), new Gate());
        Upstream.On("tools/call", Answers.After(both, Answers.After(end, Answers.Result("""{"content":[]}"""))));
        using var http = Gateway.CreateHttp(await Gateway.AddKeyAsync("other", ApiKeyScope.Proxy, Cancellation));
        var (able, other) = (await ClientAsync(Era.Legacy), await RawClient.OpenAsync(http, Gateway.Mcp(), Era.Legacy, Cancellation, "{}"));
        var calls = new[] { other.CallAsync("tools/call", Cancellation, Work), able.CallAsync("tools/call", Cancellation, Work) };
        await both.WhenWaitingAsync(2, Cancellation);
        var session = Upstream.Requests.Of("tools/call").Select(call => call.SessionId).Distinct(StringComparer.Ordinal).Single();
        await Upstream.WaitUntilAsync(up => up.HasStream(session), "the session is heard", Cancellation);
        await Upstream.AskAsync(session, "\"q\"", Question.Form.Method, Question.Form.Params);

        var answer = await Upstream.Requests.AnswerAsync(session, "\"q\"", Cancellation).WaitAsync(TimeSpan.FromMinutes(2), Cancellation);
        Assert.Equal(-32601, JsonElement.Parse(Asking.Outcome(answer)).GetProperty("code").GetInt32());
        both.Open();
        end.Open();
        Assert.All(await Task.WhenAll(calls), call => Assert.Single(call.Messages));
    }

    /// <summary>A call that nobody can be asked for, such as a list, leaves no doubt.</summary>
    [Fact]
    public async Task Question_OneCallThatCanBeAskedRunsBesideAnother_IsPutToIt()
    {
        await StartAsync(Era.Legacy);
        var list = new Gate();
        var client = await ClientAsync(Era.Modern);
        await client.CallAsync("tools/call", Cancellation, Work);
        var session = Upstream.Requests.Of("tools/call").Single().SessionId;
        await Upstream.WaitUntilAsync(up => up.HasStream(session), "the session is heard", Cancellation);
        Upstream.On("completion/complete", Answers.After(list, Answers.Result("""{"completion":{"values":[]}}""")));
        Upstream.On("tools/call", async exchange =>
        {
            var id = Asking.NextId();
            await Upstream.AskAsync(exchange.Request.SessionId, id, Question.Form.Method, Question.Form.Params);
            await exchange.ResultAsync(Asking.Result([Asking.Outcome(await Upstream.Requests.AnswerAsync(exchange.Request.SessionId, id, exchange.Ended))]));
        });
        var other = client.CallAsync("completion/complete", Cancellation, "\"ref\":{\"type\":\"ref/prompt\",\"name\":\"up__ask\"},\"argument\":{\"name\":\"a\",\"value\":\"\"}");
        await list.WhenWaitingAsync(1, Cancellation);
        var asked = await AskedAsync(client);

        Assert.Equal([Question.Form.Answer], Told(await RetryAsync(client, asked, $"\"r1\":{Question.Form.Answer}")));
        list.Open();
        await other;
    }
}
