using System.Text.Json;
using McpRegistry.EndToEnd.Tests.Wire;
using McpRegistry.TestSupport.Upstreams;

namespace McpRegistry.EndToEnd.Tests.Bridging;

/// <summary>Client and server both have sessions: questions go through on the stream of the call, under ids of the gateway.</summary>
public sealed class ForwardedQuestionTests : BridgingTest
{
    private const string Urls = """{"elicitations":[{"mode":"url","elicitationId":"e-1","url":"https://example.com/in","message":"Sign in"}]}""";

    [Theory]
    [InlineData("form")]
    [InlineData("url")]
    [InlineData("sampling")]
    [InlineData("roots")]
    public async Task Call_ServerAsks_ClientAnswersUnderAnotherId(string kind)
    {
        await StartAsync(Era.Legacy);
        var question = Question.Of(kind);
        Upstream.On("tools/call", Asking.InTurn(Upstream, question, question));
        var client = await ClientAsync(Era.Legacy);
        using var call = await client.BeginAsync("tools/call", Cancellation, Work);
        for (var round = 0; round < 2; round++)
        {
            var asked = await call.NextAsync(Cancellation);
            Assert.Equal(question.Method, asked.GetProperty("method").GetString());
            Assert.Equal(question.Params, asked.GetProperty("params").GetRawText());
            Assert.DoesNotContain("q-", asked.GetProperty("id").GetString(), StringComparison.Ordinal);
            await client.RespondAsync(asked, question.Answer, Cancellation);
        }

        var answer = await call.NextAsync(Cancellation);
        Assert.Equal([question.Answer, question.Answer], answer.GetProperty("result").GetProperty("answers").EnumerateArray().Select(element => element.GetRawText()));
    }

    [Fact]
    public async Task Call_ClientAnswersWithAnError_ServerGetsIt()
    {
        await StartAsync(Era.Legacy);
        Upstream.On("tools/call", Asking.AtOnce(Upstream, Question.Sampling));
        var client = await ClientAsync(Era.Legacy);
        using var call = await client.BeginAsync("tools/call", Cancellation, Work);
        const string error = """{"code":-1,"message":"User rejected","data":{"a":1}}""";
        await client.RespondAsync(await call.NextAsync(Cancellation), error, Cancellation, "error");
        Assert.Equal(error, (await call.NextAsync(Cancellation)).GetProperty("result").GetProperty("answers")[0].GetRawText());
    }

    [Fact]
    public async Task Call_KindNotDeclared_IsRefusedToTheServer()
    {
        await StartAsync(Era.Legacy);
        Upstream.On("tools/call", Asking.AtOnce(Upstream, Question.Sampling));
        var answer = await (await ClientAsync(Era.Legacy, """{"roots":{}}""")).CallAsync("tools/call", Cancellation, Work);
        Assert.Equal(-32601, JsonElement.Parse(Assert.Single(Told(answer))).GetProperty("code").GetInt32());
    }

    [Fact]
    public async Task Call_ServerTakesItsQuestionBack_ClientIsToldAndTheServerGetsNoAnswer()
    {
        await StartAsync(Era.Legacy);
        var withdraw = new Gate();
        Upstream.On("tools/call", async exchange =>
        {
            var id = Asking.NextId();
            await exchange.AskAsync(id, Question.Form.Method, Question.Form.Params);
            await Answers.After(withdraw, _ => Task.CompletedTask)(exchange);
            await exchange.NotifyAsync("notifications/cancelled", $$"""{"requestId":{{id}}}""");

            // Another one, so that an answer to the first would have come before.
            await exchange.ResultAsync(Asking.Result(await Asking.AskAsync(Upstream, exchange, Question.Roots)));
        });
        var client = await ClientAsync(Era.Legacy);
        using var call = await client.BeginAsync("tools/call", Cancellation, Work);
        var asked = await call.NextAsync(Cancellation);
        withdraw.Open();
        var cancelled = await call.NextAsync(Cancellation);
        Assert.Equal("notifications/cancelled", cancelled.GetProperty("method").GetString());
        Assert.Equal(asked.GetProperty("id").GetString(), cancelled.GetProperty("params").GetProperty("requestId").GetString());
        await client.RespondAsync(await call.NextAsync(Cancellation), Question.Roots.Answer, Cancellation);
        Assert.True((await call.NextAsync(Cancellation)).TryGetProperty("result", out _));
        Assert.Single(Upstream.Requests.All, request => request is { Verb: "POST", Method: "", Id: not null });
    }

    [Fact]
    public async Task Call_EndsWithAnOpenQuestion_ClientIsToldBeforeTheResult()
    {
        await StartAsync(Era.Legacy);
        var end = new Gate();
        Upstream.On("tools/call", async exchange =>
        {
            await exchange.AskAsync(Asking.NextId(), Question.Form.Method, Question.Form.Params);
            await Answers.After(end, Answers.Result(Asking.Result([])))(exchange);
        });
        var client = await ClientAsync(Era.Legacy);
        using var call = await client.BeginAsync("tools/call", Cancellation, Work);
        var asked = await call.NextAsync(Cancellation);
        end.Open();
        var cancelled = await call.NextAsync(Cancellation);
        Assert.Equal(asked.GetProperty("id").GetString(), cancelled.GetProperty("params").GetProperty("requestId").GetString());
        Assert.True((await call.NextAsync(Cancellation)).TryGetProperty("result", out _));
    }

    /// <summary>Another client must not be able to answer, whatever id it guesses.</summary>
    [Fact]
    public async Task Respond_OfAnotherSession_IsNotTaken()
    {
        await StartAsync(Era.Legacy);
        Upstream.On("tools/call", Asking.AtOnce(Upstream, Question.Form));
        var client = await ClientAsync(Era.Legacy);
        var other = await ClientAsync(Era.Legacy);
        using var call = await client.BeginAsync("tools/call", Cancellation, Work);
        var asked = await call.NextAsync(Cancellation);
        await other.RespondAsync(asked, """{"action":"decline"}""", Cancellation);
        await client.RespondAsync(asked, Question.Form.Answer, Cancellation);
        Assert.Equal(Question.Form.Answer, (await call.NextAsync(Cancellation)).GetProperty("result").GetProperty("answers")[0].GetRawText());
    }

    [Fact]
    public async Task Call_SamplingWithContentsAtAnOlderRevision_IsUnwrapped()
    {
        await StartAsync(Era.Legacy);
        var sampling = new Question(
            "sampling/createMessage", """{"messages":[{"role":"user","content":[{"type":"text","text":"a"}]},{"role":"user","content":[{"a":1},{"b":2}]}],"maxTokens":1}""", Question.Sampling.Answer);
        Upstream.On("tools/call", Asking.AtOnce(Upstream, sampling));
        var client = await ClientAsync(Era.Legacy, revision: "2025-06-18");
        using var call = await client.BeginAsync("tools/call", Cancellation, Work);
        var asked = await call.NextAsync(Cancellation);
        Assert.Equal(
            """[{"role":"user","content":{"type":"text","text":"a"}},{"role":"user","content":[{"a":1},{"b":2}]}]""",
            asked.GetProperty("params").GetProperty("messages").GetRawText());
        await client.RespondAsync(asked, sampling.Answer, Cancellation);
        Assert.True((await call.NextAsync(Cancellation)).TryGetProperty("result", out _));
    }

    /// <summary>The error of 2025-11-25 that demands URLs is for clients of that revision; older ones get the URL to read.</summary>
    [Fact]
    public async Task UrlError_ByRevision_IsPassedOnOrBecomesText()
    {
        await StartAsync(Era.Legacy);
        Upstream.On("tools/call", Answers.Error(-32042, "URLs are needed", Urls));
        var newest = await (await ClientAsync(Era.Legacy)).CallAsync("tools/call", Cancellation, Work);
        Assert.Equal(-32042, newest.Error.GetProperty("code").GetInt32());
        Assert.Equal(Urls, newest.Error.GetProperty("data").GetRawText());

        var older = await (await ClientAsync(Era.Legacy, revision: "2025-06-18")).CallAsync("tools/call", Cancellation, Work);
        Assert.True(older.Result.GetProperty("isError").GetBoolean());
        Assert.Contains("https://example.com/in", older.Result.GetProperty("content")[0].GetProperty("text").GetString(), StringComparison.Ordinal);
    }

    /// <summary>For a modern client the same error is a question, and its answer makes the call anew.</summary>
    [Fact]
    public async Task UrlError_ModernClient_IsAskedAndTheCallIsMadeAgain()
    {
        await StartAsync(Era.Legacy);
        Upstream.On("tools/call", Answers.InOrder(Answers.Error(-32042, "URLs are needed", Urls), Answers.Result(Asking.Result(["1"]))));
        var client = await ClientAsync(Era.Modern);
        var asked = await AskedAsync(client);
        Assert.Equal(
            """{"mode":"url","url":"https://example.com/in","message":"Sign in"}""",
            asked.GetProperty("inputRequests").GetProperty("r1").GetProperty("params").GetRawText());
        Assert.Equal(0, Suspended.Count);
        Assert.Equal("state_mismatch", (await RetryAsync(client, asked, "", "\"name\":\"up__work\"")).Reason);
        Assert.Equal(["1"], Told(await RetryAsync(client, asked, $"\"r1\":{Question.Url.Answer}")));
        var requests = Upstream.Requests.Of("tools/call");
        Assert.Equal(2, requests.Count);
        Assert.False(requests[1].Params.TryGetProperty("requestState", out _) || requests[1].Params.TryGetProperty("inputResponses", out _));
    }

    [Theory]
    [InlineData("""{"elicitation":{}}""", Urls)]
    [InlineData("{}", Urls)]
    [InlineData(Question.Everything, null)]
    [InlineData(Question.Everything, "\"text\"")]
    [InlineData(Question.Everything, """{"elicitations":5}""")]
    [InlineData(Question.Everything, """{"elicitations":[1,"a"]}""")]
    public async Task UrlError_ModernClientCannotBeAsked_IsAnOrdinaryError(string capabilities, string? data)
    {
        await StartAsync(Era.Legacy);
        Upstream.On("tools/call", Answers.Error(-32042, "URLs are needed", data));
        var answer = await (await ClientAsync(Era.Modern, capabilities)).CallAsync("tools/call", Cancellation, Work);
        Assert.Equal("protocol_error", answer.Reason);
        var older = await (await ClientAsync(Era.Legacy, revision: "2025-06-18")).CallAsync("tools/call", Cancellation, Work);
        Assert.True(older.Result.GetProperty("isError").GetBoolean());
    }
}
