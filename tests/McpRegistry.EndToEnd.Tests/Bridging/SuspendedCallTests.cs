using System.Text.Json;
using McpRegistry.EndToEnd.Tests.Wire;
using McpRegistry.TestSupport.Upstreams;

namespace McpRegistry.EndToEnd.Tests.Bridging;

/// <summary>A modern client answers what a server of the session revisions asks (protocol.md 5.3).</summary>
public sealed class SuspendedCallTests : BridgingTest
{
    [Theory]
    [InlineData("form")]
    [InlineData("url")]
    [InlineData("sampling")]
    [InlineData("roots")]
    public async Task Call_ServerAsks_ClientIsToldAndItsAnswerReachesTheServer(string kind)
    {
        await StartAsync(Era.Legacy);
        var question = Question.Of(kind);
        Upstream.On("tools/call", Asking.AtOnce(Upstream, question));
        var client = await ClientAsync(Era.Modern);

        var asked = await AskedAsync(client);
        var request = Assert.Single(asked.GetProperty("inputRequests").EnumerateObject());
        Assert.Equal("r1", request.Name);
        Assert.Equal(question.Method, request.Value.GetProperty("method").GetString());
        var expected = question.Params.Replace(",\"elicitationId\":\"e-1\"", "", StringComparison.Ordinal);
        Assert.Equal(expected, request.Value.GetProperty("params").GetRawText());
        Assert.Equal(1, Suspended.Count);

        var answer = await RetryAsync(client, asked, $"\"r1\":{question.Answer}");
        Assert.Equal("complete", answer.Result.GetProperty("resultType").GetString());
        Assert.Equal([question.Answer], Told(answer));
        Assert.Single(Upstream.Requests.Of("tools/call"));
        await NothingIsLeftAsync();
    }

    [Theory]
    [InlineData("prompts/get", "\"name\":\"up__ask\"")]
    [InlineData("resources/read", "\"uri\":\"test://one\"")]
    public async Task OtherMethods_ServerAsks_AreSuspendedAlike(string method, string members)
    {
        await StartAsync(Era.Legacy);
        Upstream.On(method, Asking.AtOnce(Upstream, Question.Form));
        var client = await ClientAsync(Era.Modern);
        var asked = await AskedAsync(client, members, method);
        var answer = await RetryAsync(client, asked, $"\"r1\":{Question.Form.Answer}", members, method);
        Assert.Equal([Question.Form.Answer], Told(answer));
        await NothingIsLeftAsync();
    }

    [Fact]
    public async Task Call_SeveralQuestionsAtOnce_AreOneRound()
    {
        await StartAsync(Era.Legacy);
        Upstream.On("tools/call", Asking.AtOnce(Upstream, Question.Form, Question.Sampling, Question.Roots));
        var client = await ClientAsync(Era.Modern);
        var asked = await AskedAsync(client);
        Assert.Equal(["r1", "r2", "r3"], Keys(asked));
        var answer = await RetryAsync(
            client, asked, $"\"r3\":{Question.Roots.Answer},\"r1\":{Question.Form.Answer},\"unknown\":{{}},\"r2\":{Question.Sampling.Answer}");
        Assert.Equal([Question.Form.Answer, Question.Sampling.Answer, Question.Roots.Answer], Told(answer));
    }

    [Fact]
    public async Task Call_SeveralRounds_EachHasKeysAndAStateOfItsOwn()
    {
        await StartAsync(Era.Legacy);
        Upstream.On("tools/call", Asking.InTurn(Upstream, Question.Form, Question.Roots, Question.Url));
        var client = await ClientAsync(Era.Modern);
        var first = await AskedAsync(client);
        var second = Asked(await RetryAsync(client, first, $"\"r1\":{Question.Form.Answer}"));
        Assert.Equal(["r2"], Keys(second));
        Assert.NotEqual(first.GetProperty("requestState").GetString(), second.GetProperty("requestState").GetString());
        var third = Asked(await RetryAsync(client, second, $"\"r2\":{Question.Roots.Answer}"));
        var answer = await RetryAsync(client, third, $"\"r3\":{Question.Url.Answer}");
        Assert.Equal([Question.Form.Answer, Question.Roots.Answer, Question.Url.Answer], Told(answer));
        await NothingIsLeftAsync();
    }

    [Theory]
    [InlineData("")]
    [InlineData("\"r2\":\"accept\"")]
    [InlineData("\"r2\":null")]
    [InlineData("\"r2\":[{\"action\":\"accept\"}]")]
    [InlineData("\"r9\":{\"action\":\"accept\"}")]
    public async Task Retry_AnswerMissingOrNoObject_IsAskedAgainForThatOnly(string second)
    {
        await StartAsync(Era.Legacy);
        Upstream.On("tools/call", Asking.AtOnce(Upstream, Question.Roots, Question.Form));
        var client = await ClientAsync(Era.Modern);
        var asked = await AskedAsync(client);
        var first = $"\"r1\":{Question.Roots.Answer}";
        var again = Asked(await RetryAsync(client, asked, second.Length > 0 ? $"{first},{second}" : first));
        Assert.Equal(["r2"], Keys(again));
        Assert.Equal(asked.GetProperty("inputRequests").GetProperty("r2").GetRawText(), again.GetProperty("inputRequests").GetProperty("r2").GetRawText());
        var answer = await RetryAsync(client, again, $"\"r2\":{Question.Form.Answer}");
        Assert.Equal([Question.Roots.Answer, Question.Form.Answer], Told(answer));
    }

    [Fact]
    public async Task Retry_InputResponsesNoObject_IsAskedAgain()
    {
        await StartAsync(Era.Legacy);
        Upstream.On("tools/call", Asking.AtOnce(Upstream, Question.Form));
        var client = await ClientAsync(Era.Modern);
        var asked = await AskedAsync(client);
        foreach (var responses in new[] { "", ",\"inputResponses\":null", ",\"inputResponses\":[]", ",\"inputResponses\":\"r1\"" })
        {
            asked = Asked(await client.CallAsync("tools/call", Cancellation, $"{Work}{responses},\"requestState\":{asked.GetProperty("requestState").GetRawText()}"));
        }

        Assert.Equal([Question.Form.Answer], Told(await RetryAsync(client, asked, $"\"r1\":{Question.Form.Answer}")));
    }

    /// <summary>Never ask for something outside of what was declared: the server hears at once that the client cannot.</summary>
    [Theory]
    [InlineData("form", """{"roots":{}}""")]
    [InlineData("form", """{"elicitation":{"url":{}}}""")]
    [InlineData("url", """{"elicitation":{}}""")]
    [InlineData("sampling", """{"elicitation":{},"roots":{}}""")]
    [InlineData("roots", """{"sampling":{}}""")]
    [InlineData("form", "{}")]
    public async Task Call_KindNotDeclared_IsRefusedToTheServer(string kind, string capabilities)
    {
        await StartAsync(Era.Legacy);
        Upstream.On("tools/call", Asking.AtOnce(Upstream, Question.Of(kind)));
        var answer = await (await ClientAsync(Era.Modern, capabilities)).CallAsync("tools/call", Cancellation, Work);
        Assert.Equal(-32601, JsonElement.Parse(Assert.Single(Told(answer))).GetProperty("code").GetInt32());
        await NothingIsLeftAsync();
    }

    [Fact]
    public async Task Retry_ServerSpokeMeanwhile_ClientHearsItBeforeTheAnswer()
    {
        await StartAsync(Era.Legacy);
        var asked = new TaskCompletionSource();
        var spoken = new TaskCompletionSource();
        Upstream.On("tools/call", async exchange =>
        {
            await exchange.ProgressAsync(1, 4);
            var answer = Asking.AskAsync(Upstream, exchange, Question.Form);
            await asked.Task.WaitAsync(exchange.Ended);
            await exchange.ProgressAsync(2, 4);
            await exchange.ProgressAsync(3, 4);
            await exchange.LogAsync("error", "\"one\"");
            await exchange.LogAsync("debug", "\"not wanted\"");
            await exchange.LogAsync("error", "\"two\"");

            // A round trip on the same session: what was written before is with the gateway.
            var second = Asking.AskAsync(Upstream, exchange, Question.Roots);
            spoken.SetResult();
            await answer;
            await second;
            await exchange.ResultAsync(Asking.Result([]));
        });
        var client = await ClientAsync(Era.Modern);
        const string meta = "\"progressToken\":\"p\",\"io.modelcontextprotocol/logLevel\":\"info\"";
        var first = await client.CallAsync("tools/call", Cancellation, Work, meta);
        Assert.Equal([1], first.Notifications("notifications/progress").Select(Progress));
        asked.SetResult();
        await spoken.Task.WaitAsync(Cancellation);

        var state = Asked(first).GetProperty("requestState").GetRawText();
        var second = await client.CallAsync("tools/call", Cancellation, $"{Work},\"inputResponses\":{{}},\"requestState\":{state}", meta);
        while (!Asked(second).GetProperty("inputRequests").TryGetProperty("r2", out _))
        {
            // The second question is on its way, and with it all that came before.
            second = await client.CallAsync("tools/call", Cancellation, $"{Work},\"inputResponses\":{{}},\"requestState\":{second.Result.GetProperty("requestState").GetRawText()}", meta);
        }

        var last = await client.CallAsync(
            "tools/call",
            Cancellation,
            $"{Work},\"inputResponses\":{{\"r1\":{Question.Form.Answer},\"r2\":{Question.Roots.Answer}}},\"requestState\":{second.Result.GetProperty("requestState").GetRawText()}",
            meta);
        Assert.True(last.Result.TryGetProperty("answers", out _));
        var heard = second.Messages.Concat(last.Messages).Where(message => message.TryGetProperty("method", out _)).ToArray();
        Assert.Equal(3, heard.Where(message => message.GetProperty("method").ValueEquals("notifications/progress")).Select(Progress).Last());
        Assert.Equal(
            ["one", "two"],
            heard.Where(message => message.GetProperty("method").ValueEquals("notifications/message")).Select(message => message.GetProperty("params").GetProperty("data").GetString()));
    }

    [Fact]
    public async Task Retry_ServerAnsweredMeanwhile_GetsItsResult()
    {
        await StartAsync(Era.Legacy);
        var answered = new TaskCompletionSource();
        Upstream.On("tools/call", async exchange =>
        {
            await exchange.AskAsync(Asking.NextId(), "roots/list", "{}");
            await answered.Task.WaitAsync(exchange.Ended);
            await exchange.ResultAsync(Asking.Result(["\"without you\""]));
        });
        var client = await ClientAsync(Era.Modern);
        var asked = await AskedAsync(client);
        answered.SetResult();
        await Upstream.WaitUntilAsync(up => up.OpenRequests == up.OpenStreams, "the call has ended", Cancellation);
        Assert.Equal(["\"without you\""], Told(await RetryAsync(client, asked, "")));
        await NothingIsLeftAsync();
    }

    /// <summary>A question that the server takes back is asked no more, and the call goes on.</summary>
    [Fact]
    public async Task Retry_ServerWithdrewOneQuestion_OnlyTheOtherIsAsked()
    {
        await StartAsync(Era.Legacy);
        var withdraw = new TaskCompletionSource();
        var second = Asking.NextId();
        Upstream.On("tools/call", async exchange =>
        {
            var first = Asking.NextId();
            await exchange.SendEventsAsync(Question.Roots.Ask(first), Question.Form.Ask(second));
            await withdraw.Task.WaitAsync(exchange.Ended);
            await exchange.NotifyAsync("notifications/cancelled", $$"""{"requestId":{{first}},"reason":"changed my mind"}""");
            var answer = await Upstream.Requests.AnswerAsync(exchange.Request.SessionId, second, exchange.Ended);
            await exchange.ResultAsync(Asking.Result([Asking.Outcome(answer)]));
        });
        var client = await ClientAsync(Era.Modern);
        var asked = await AskedAsync(client);
        withdraw.SetResult();
        while (Keys(asked).Count > 1)
        {
            asked = Asked(await RetryAsync(client, asked, ""));
        }

        Assert.Equal(["r2"], Keys(asked));
        Assert.Equal([Question.Form.Answer], Told(await RetryAsync(client, asked, $"\"r1\":{{}},\"r2\":{Question.Form.Answer}")));
    }

    /// <summary>Withdrawn before the client was told, there is nothing to ask: the call waits for its result as if nothing had been.</summary>
    [Fact]
    public async Task Call_ServerWithdrawsAtOnce_ClientHearsNothingOfIt()
    {
        await StartAsync(Era.Legacy);
        var gate = new Gate();
        Upstream.On("prompts/get", Asking.AtOnce(Upstream, Question.Form));
        Upstream.On("tools/call", async exchange =>
        {
            var id = Asking.NextId();
            await exchange.SendEventsAsync(Question.Roots.Ask(id), $$$"""{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":{{{id}}}}}""");
            await Answers.After(gate, Answers.Result(Asking.Result(["1"])))(exchange);
        });
        var client = await ClientAsync(Era.Modern);
        var call = client.CallAsync("tools/call", Cancellation, Work);
        await gate.WhenWaitingAsync(1, Cancellation);

        // Waits as long for further questions as the first call did, and began later.
        await AskedAsync(client, "\"name\":\"up__ask\"", "prompts/get");
        await AskedAsync(client, "\"name\":\"up__ask\"", "prompts/get");
        Assert.False(call.IsCompleted);
        gate.Open();
        Assert.Equal(["1"], Told(await call));
    }

    /// <summary>Many servers ask on the stream of the session what belongs to a call.</summary>
    [Fact]
    public async Task Call_ServerAsksOnItsOtherStream_IsTakenForTheCall()
    {
        await StartAsync(Era.Legacy);
        var isHeard = false;
        Upstream.On("tools/call", async exchange =>
        {
            var id = Asking.NextId();
            isHeard = Upstream.Requests.All.Any(request => request.Verb == "GET" && request.SessionId == exchange.Request.SessionId);
            await Upstream.WaitUntilAsync(up => up.HasStream(exchange.Request.SessionId), "the session has a stream", exchange.Ended);
            await Upstream.AskAsync(exchange.Request.SessionId, id, Question.Form.Method, Question.Form.Params);
            var answer = await Upstream.Requests.AnswerAsync(exchange.Request.SessionId, id, exchange.Ended);
            await exchange.ResultAsync(Asking.Result([Asking.Outcome(answer)]));
        });
        var client = await ClientAsync(Era.Modern);
        var asked = await AskedAsync(client);
        Assert.Equal([Question.Form.Answer], Told(await RetryAsync(client, asked, $"\"r1\":{Question.Form.Answer}")));
        Assert.True(isHeard, "The call came before the stream on which its server asks.");
        await NothingIsLeftAsync();
    }

    /// <summary>The client goes while the gateway passes its answers on.</summary>
    [Fact]
    public async Task Retry_ClientHangsUp_CallIsCancelledAtTheServer()
    {
        await StartAsync(Era.Legacy);
        Upstream.On("tools/call", async exchange =>
        {
            await Asking.AskAsync(Upstream, exchange, Question.Form);
            await Task.Delay(Timeout.Infinite, exchange.Ended);
        });
        var client = await ClientAsync(Era.Modern);
        var asked = await AskedAsync(client);
        using var hangUp = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var retry = client.CallAsync(
            "tools/call", hangUp.Token, $"{Work},\"inputResponses\":{{\"r1\":{Question.Form.Answer}}},\"requestState\":{asked.GetProperty("requestState").GetRawText()}");
        await Upstream.Requests.WaitAsync(request => request is { Verb: "POST", Method: "", Id: not null }, "the answer arrives", Cancellation);
        await hangUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => retry);
        var cancelled = await Upstream.Requests.WaitAsync("notifications/cancelled", Cancellation);
        Assert.Equal(Upstream.Requests.Of("tools/call")[0].Id, cancelled.Params.GetProperty("requestId").GetRawText());
        await NothingIsLeftAsync();
    }

    private static double Progress(JsonElement message) => message.GetProperty("params").GetProperty("progress").GetDouble();

    private static IReadOnlyList<string> Keys(JsonElement asked) =>
        [.. asked.GetProperty("inputRequests").EnumerateObject().Select(property => property.Name)];
}
