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

    /// <summary>What a server asks between two calls is about the session, and its client can be asked with the next one.</summary>
    [Theory]
    [MemberData(nameof(Eras))]
    public async Task Question_NobodyCalls_IsPutToTheNextCall(Era era)
    {
        await StartAsync(Era.Legacy);
        var client = await ClientAsync(era);
        await client.CallAsync("tools/call", Cancellation, Work);
        var session = Upstream.Requests.Of("tools/call").Single().SessionId;
        await Upstream.WaitUntilAsync(up => up.HasStream(session), "the session is heard", Cancellation);
        await Upstream.AskAsync(session, "\"q\"", Question.Roots.Method, Question.Roots.Params);
        Upstream.On("tools/call", async exchange =>
            await exchange.ResultAsync(Asking.Result([Asking.Outcome(await Upstream.Requests.AnswerAsync(session, "\"q\"", exchange.Ended))])));

        if (era == Era.Modern)
        {
            Assert.Equal([Question.Roots.Answer], Told(await RetryAsync(client, await AskedAsync(client), $"\"r1\":{Question.Roots.Answer}")));
            return;
        }

        using var call = await client.BeginAsync("tools/call", Cancellation, Work);
        await client.RespondAsync(await call.NextAsync(Cancellation), Question.Roots.Answer, Cancellation);
        var answers = (await call.NextAsync(Cancellation)).GetProperty("result").GetProperty("answers");
        Assert.Equal(Question.Roots.Answer, answers[0].GetRawText());
    }

    /// <summary>A question about the session is not settled by the end of the call that carried it; the client answers when it can.</summary>
    [Fact]
    public async Task Question_CallThatCarriedItHasEnded_IsStillAnswered()
    {
        await StartAsync(Era.Legacy);
        var (client, asked) = (await ClientAsync(Era.Legacy), new Gate());
        Upstream.On("tools/call", Answers.After(asked, Answers.Result("""{"content":[]}""")));
        var calling = client.BeginAsync("tools/call", Cancellation, Work);
        await asked.WhenWaitingAsync(1, Cancellation);
        var session = Upstream.Requests.Of("tools/call").Single().SessionId;
        await Upstream.WaitUntilAsync(up => up.HasStream(session), "the session is heard", Cancellation);
        await Upstream.AskAsync(session, "\"q\"", Question.Form.Method, Question.Form.Params);
        using var call = await calling;
        var question = await call.NextAsync(Cancellation);
        asked.Open();
        Assert.True((await call.NextAsync(Cancellation)).TryGetProperty("result", out _));
        Assert.Null(await call.TryNextAsync(Cancellation));

        await client.RespondAsync(question, Question.Form.Answer, Cancellation);
        Assert.Equal(Question.Form.Answer, Asking.Outcome(await Upstream.Requests.AnswerAsync(session, "\"q\"", Cancellation)));
    }

    /// <summary>A server may work on for a caller who is gone, and what it asks then is not for the next one.</summary>
    [Fact]
    public async Task Question_CallOfAnotherWasGivenUp_IsPutToNobody()
    {
        await StartAsync(Era.Legacy, ",\"isolation\":\"shared\"");
        var end = new Gate();
        Upstream.On("tools/call", Answers.After(end, Answers.Result("""{"content":[]}""")));
        using var http = Gateway.CreateHttp(await Gateway.AddKeyAsync("other", ApiKeyScope.Proxy, Cancellation));
        var (able, other) = (await ClientAsync(Era.Legacy), await RawClient.OpenAsync(http, Gateway.Mcp(), Era.Legacy, Cancellation, Question.Everything));
        var abandoned = other.CallAsync("tools/call", Cancellation, Work, id: "\"a\"");
        await end.WhenWaitingAsync(1, Cancellation);
        await other.NotifyAsync("notifications/cancelled", "{\"requestId\":\"a\"}", Cancellation);
        await Upstream.Requests.WaitAsync("notifications/cancelled", Cancellation);
        var call = able.CallAsync("tools/call", Cancellation, Work);
        var session = (await Upstream.Requests.WaitAsync("tools/call", Cancellation, nth: 2)).SessionId;
        await Upstream.WaitUntilAsync(up => up.HasStream(session), "the session is heard", Cancellation);
        await Upstream.AskAsync(session, "\"q\"", Question.Form.Method, Question.Form.Params);

        var answer = await Upstream.Requests.AnswerAsync(session, "\"q\"", Cancellation).WaitAsync(TimeSpan.FromMinutes(2), Cancellation);
        Assert.Equal(-32601, JsonElement.Parse(Asking.Outcome(answer)).GetProperty("code").GetInt32());
        end.Open();
        Assert.Single((await call).Messages);
        await Record.ExceptionAsync(() => abandoned);
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
