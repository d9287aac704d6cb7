using System.Text.Json;
using McpRegistry.EndToEnd.Tests.Wire;
using McpRegistry.TestSupport.Upstreams;

namespace McpRegistry.EndToEnd.Tests.Bridging;

/// <summary>A modern server asks a client of the session revisions, whose call is held meanwhile (protocol.md 5.4).</summary>
public sealed class HeldCallTests : BridgingTest
{
    private const string State = "\"st\\u00e4te \\/ {\\\"a\\\": 1}\"";

    [Theory]
    [InlineData("form")]
    [InlineData("url")]
    [InlineData("sampling")]
    [InlineData("roots")]
    public async Task Call_ServerAsks_ClientAnswersOnItsStream(string kind)
    {
        await StartAsync(Era.Modern);
        var question = Question.Of(kind);
        Upstream.On("tools/call", Asking.Modern(State, question));
        var client = await ClientAsync(Era.Legacy);
        using var call = await client.BeginAsync("tools/call", Cancellation, Work, id: "7");
        var asked = await call.NextAsync(Cancellation);
        Assert.Equal(question.Method, asked.GetProperty("method").GetString());
        if (kind == "url")
        {
            // This revision wants an id, and the one of the server means nothing in its own.
            Assert.NotEqual("e-1", asked.GetProperty("params").GetProperty("elicitationId").GetString());
        }
        else
        {
            Assert.Equal(question.Params, asked.GetProperty("params").GetRawText());
        }

        Assert.Equal(System.Net.HttpStatusCode.Accepted, (await client.RespondAsync(asked, question.Answer, Cancellation)).Status);
        var answer = await call.NextAsync(Cancellation);
        Assert.Equal("7", answer.GetProperty("id").GetRawText());
        Assert.Equal(question.Answer, answer.GetProperty("result").GetProperty("responses").GetProperty("k1").GetRawText());
        Assert.False(answer.GetProperty("result").TryGetProperty("resultType", out _));
        Assert.Null(await call.TryNextAsync(Cancellation));
    }

    /// <summary>What the server gave goes back as it came, and what it did not give does not; the arguments stay.</summary>
    [Theory]
    [InlineData(State)]
    [InlineData(null)]
    public async Task Retry_StateAndArguments_AreTheSameBytes(string? state)
    {
        await StartAsync(Era.Modern);
        Upstream.On("tools/call", Asking.Modern(state, Question.Form));
        var client = await ClientAsync(Era.Legacy);
        using var call = await client.BeginAsync("tools/call", Cancellation, Work);
        await client.RespondAsync(await call.NextAsync(Cancellation), Question.Form.Answer, Cancellation);
        await call.NextAsync(Cancellation);
        var (first, retry) = (Upstream.Requests.Of("tools/call")[0], Upstream.Requests.Of("tools/call")[1]);
        Assert.NotEqual(first.Id, retry.Id);
        Assert.Equal(state is not null, retry.Params.TryGetProperty("requestState", out var sent));
        Assert.Equal(state ?? "", state is null ? "" : sent.GetRawText());
        Assert.Equal(first.Params.GetProperty("arguments").GetRawText(), retry.Params.GetProperty("arguments").GetRawText());
        Assert.Equal("work", retry.Params.GetProperty("name").GetString());
        Assert.Equal("{\"elicitation\":{\"form\":{},\"url\":{}},\"roots\":{\"listChanged\":true},\"sampling\":{\"tools\":{}}}", retry.Meta("io.modelcontextprotocol/clientCapabilities").GetRawText());
    }

    [Theory]
    [InlineData("prompts/get", "\"name\":\"up__ask\"")]
    [InlineData("resources/read", "\"uri\":\"test://one\"")]
    public async Task OtherMethods_ServerAsks_AreHeldAlike(string method, string members)
    {
        await StartAsync(Era.Modern);
        Upstream.On(method, Asking.Modern(null, Question.Roots));
        var client = await ClientAsync(Era.Legacy);
        using var call = await client.BeginAsync(method, Cancellation, members);
        await client.RespondAsync(await call.NextAsync(Cancellation), Question.Roots.Answer, Cancellation);
        var answer = await call.NextAsync(Cancellation);
        Assert.Equal(Question.Roots.Answer, answer.GetProperty("result").GetProperty("responses").GetProperty("k1").GetRawText());
    }

    [Fact]
    public async Task Call_SeveralQuestionsAndRounds_AllAreAnswered()
    {
        await StartAsync(Era.Modern);
        Upstream.On("tools/call", Answers.InOrder(
            Answers.Result(Asking.InputRequired("\"s1\"", Question.Form, Question.Roots)),
            Answers.Result(Asking.InputRequired("\"s2\"", Question.Sampling)),
            exchange => exchange.ResultAsync(Asking.Received(exchange))));
        var client = await ClientAsync(Era.Legacy);
        using var call = await client.BeginAsync("tools/call", Cancellation, Work);
        var asked = new[] { await call.NextAsync(Cancellation), await call.NextAsync(Cancellation) };
        foreach (var question in asked.Reverse())
        {
            var isForm = question.GetProperty("method").ValueEquals("elicitation/create");
            await client.RespondAsync(question, isForm ? Question.Form.Answer : Question.Roots.Answer, Cancellation);
        }

        await client.RespondAsync(await call.NextAsync(Cancellation), Question.Sampling.Answer, Cancellation);
        await call.NextAsync(Cancellation);
        var requests = Upstream.Requests.Of("tools/call");
        Assert.Equal($"{{\"k1\":{Question.Form.Answer},\"k2\":{Question.Roots.Answer}}}", requests[1].Params.GetProperty("inputResponses").GetRawText());
        Assert.Equal("s1", requests[1].Params.GetProperty("requestState").GetString());
        Assert.Equal($"{{\"k1\":{Question.Sampling.Answer}}}", requests[2].Params.GetProperty("inputResponses").GetRawText());
        Assert.Equal("s2", requests[2].Params.GetProperty("requestState").GetString());
    }

    /// <summary>The modern protocol cannot say that a question failed.</summary>
    [Theory]
    [InlineData("form", Question.Cancelled)]
    [InlineData("roots", "{\"roots\":[]}")]
    [InlineData("sampling", null)]
    public async Task Call_ClientAnswersWithAnError_ServerGetsWhatItsProtocolHas(string kind, string? expected)
    {
        await StartAsync(Era.Modern);
        Upstream.On("tools/call", Asking.Modern(null, Question.Of(kind)));
        var client = await ClientAsync(Era.Legacy);
        using var call = await client.BeginAsync("tools/call", Cancellation, Work);
        await client.RespondAsync(await call.NextAsync(Cancellation), """{"code":-1,"message":"no"}""", Cancellation, "error");
        var answer = await call.NextAsync(Cancellation);
        if (expected is null)
        {
            Assert.Equal("question_not_relayed", answer.GetProperty("error").GetProperty("data").GetProperty("reason").GetString());
            Assert.Single(Upstream.Requests.Of("tools/call"));
        }
        else
        {
            Assert.Equal(expected, answer.GetProperty("result").GetProperty("responses").GetProperty("k1").GetRawText());
        }
    }

    /// <summary>One question that fails ends the call, and the user is not asked the other in vain.</summary>
    [Fact]
    public async Task Call_OneQuestionFails_TheOthersAreTakenBack()
    {
        await StartAsync(Era.Modern);
        Upstream.On("tools/call", Asking.Modern(null, Question.Sampling, Question.Form));
        var client = await ClientAsync(Era.Legacy);
        using var call = await client.BeginAsync("tools/call", Cancellation, Work);
        var asked = new[] { await call.NextAsync(Cancellation), await call.NextAsync(Cancellation) };
        var sampling = asked.Single(question => question.GetProperty("method").ValueEquals("sampling/createMessage"));
        var form = asked.Single(question => question.GetProperty("method").ValueEquals("elicitation/create"));
        await client.RespondAsync(sampling, """{"code":-1,"message":"no"}""", Cancellation, "error");
        var cancelled = await call.NextAsync(Cancellation);
        Assert.Equal("notifications/cancelled", cancelled.GetProperty("method").GetString());
        Assert.Equal(form.GetProperty("id").GetString(), cancelled.GetProperty("params").GetProperty("requestId").GetString());
        Assert.True((await call.NextAsync(Cancellation)).TryGetProperty("error", out _));
    }

    [Theory]
    [InlineData("""{"roots":{}}""", RawClient.LegacyVersion)]
    [InlineData("""{"roots":{},"elicitation":{"form":{},"url":{}}}""", "2025-06-18")]
    public async Task Call_OneKindNotDeclared_NothingIsAsked(string capabilities, string revision)
    {
        await StartAsync(Era.Modern);
        Upstream.On("tools/call", Asking.Modern(null, Question.Roots, Question.Url));
        var answer = await (await ClientAsync(Era.Legacy, capabilities, revision)).CallAsync("tools/call", Cancellation, Work);
        Assert.Equal("question_not_relayed", Assert.Single(answer.Messages).GetProperty("error").GetProperty("data").GetProperty("reason").GetString());
    }

    /// <summary>A server that only wants its state back is called again, later each time.</summary>
    [Fact]
    public async Task Call_StateOnlyRounds_AreRetriedWithoutTheClient()
    {
        await StartAsync(Era.Modern);
        Upstream.On("tools/call", Answers.InOrder(
            Answers.Result(Asking.InputRequired("\"s1\"")),
            Answers.Result(Asking.InputRequired("\"s2\"")),
            exchange => exchange.ResultAsync(Asking.Received(exchange))));
        var answer = await (await ClientAsync(Era.Legacy, "{}")).CallAsync("tools/call", Cancellation, Work);
        Assert.Equal("s2", answer.Result.GetProperty("state").GetString());
        Assert.Equal(JsonValueKind.Null, answer.Result.GetProperty("responses").ValueKind);
        Assert.False(Upstream.Requests.Of("tools/call")[1].Params.TryGetProperty("inputResponses", out _));
    }

    /// <summary>Each round is a request of its own at the server; to the client they are one, whose progress only grows (protocol.md 2.8).</summary>
    [Fact]
    public async Task Call_ServerReportsAnewInEachRound_ProgressNeverDecreases()
    {
        await StartAsync(Era.Modern);
        Upstream.On("tools/call", async exchange =>
        {
            var isRetry = Asking.IsRetry(exchange);
            foreach (var progress in isRetry ? [1, 3, 4] : new[] { 2, 3 })
            {
                await exchange.ProgressAsync(progress, 4);
            }

            await exchange.ResultAsync(isRetry ? Asking.Received(exchange) : Asking.InputRequired("\"s1\""));
        });
        var answer = await (await ClientAsync(Era.Legacy)).CallAsync("tools/call", Cancellation, Work, "\"progressToken\":\"p\"");
        Assert.Equal([2, 3, 4], answer.Notifications("notifications/progress").Select(static told => told.GetProperty("params").GetProperty("progress").GetInt32()));
    }

    /// <summary>Only calls, prompts and reads may ask (protocol.md 2.7).</summary>
    [Fact]
    public async Task Completion_ServerAsks_NobodyIsAsked()
    {
        await StartAsync(Era.Modern);
        Upstream.On("completion/complete", Answers.Result(Asking.InputRequired(null, Question.Roots)));
        using var call = await (await ClientAsync(Era.Legacy)).BeginAsync(
            "completion/complete", Cancellation, "\"ref\":{\"type\":\"ref/prompt\",\"name\":\"up__ask\"},\"argument\":{\"name\":\"a\",\"value\":\"\"}");
        var message = await call.NextAsync(Cancellation);
        Assert.True(message.TryGetProperty("error", out var error), message.GetRawText());
        Assert.Equal("question_not_relayed", error.GetProperty("data").GetProperty("reason").GetString());
    }

    /// <summary>Earlier revisions have no URL elicitations, so a server must not be told that they can be asked.</summary>
    [Theory]
    [InlineData("2025-06-18", """{"elicitation":{"form":{}}}""")]
    [InlineData("2025-11-25", """{"elicitation":{"form":{},"url":{}}}""")]
    public async Task Call_ClientDeclaresUrls_ServerHearsOfThemIfTheRevisionHasThem(string revision, string expected)
    {
        await StartAsync(Era.Modern);
        await (await ClientAsync(Era.Legacy, """{"elicitation":{"form":{},"url":{}}}""", revision)).CallAsync("tools/call", Cancellation, Work);
        Assert.Equal(expected, Upstream.Requests.Of("tools/call")[0].Meta("io.modelcontextprotocol/clientCapabilities").GetRawText());
    }

    [Fact]
    public async Task Call_ServerNeverStopsAsking_EndsAfterTenRounds()
    {
        await StartAsync(Era.Modern);
        Upstream.On("tools/call", Answers.Result(Asking.InputRequired(null, Question.Roots)));
        var client = await ClientAsync(Era.Legacy);
        using var call = await client.BeginAsync("tools/call", Cancellation, Work);
        for (var round = 0; round < 10; round++)
        {
            await client.RespondAsync(await call.NextAsync(Cancellation), Question.Roots.Answer, Cancellation);
        }

        var error = (await call.NextAsync(Cancellation)).GetProperty("error");
        Assert.Equal(-32603, error.GetProperty("code").GetInt32());
        Assert.Equal("question_not_relayed", error.GetProperty("data").GetProperty("reason").GetString());
        Assert.Equal(11, Upstream.Requests.Of("tools/call").Count);
    }

    [Theory]
    [InlineData("{\"resultType\":\"input_required\"}")]
    [InlineData("{\"resultType\":\"input_required\",\"inputRequests\":[]}")]
    [InlineData("{\"resultType\":\"input_required\",\"inputRequests\":{}}")]
    [InlineData("{\"resultType\":\"input_required\",\"inputRequests\":{\"k\":\"roots/list\"}}")]
    [InlineData("{\"resultType\":\"input_required\",\"inputRequests\":{\"k\":{\"method\":5}}}")]
    [InlineData("{\"resultType\":\"input_required\",\"inputRequests\":{\"k\":{\"method\":\"tools/call\",\"params\":{}}}}")]
    [InlineData("{\"resultType\":\"input_required\",\"inputRequests\":{\"\\ud800\":{\"method\":\"roots/list\"}}}")]
    public async Task Call_ServerAsksNonsense_ClientGetsAnError(string result)
    {
        await StartAsync(Era.Modern);
        Upstream.On("tools/call", Answers.Result(result));
        var answer = await (await ClientAsync(Era.Legacy)).CallAsync("tools/call", Cancellation, Work);
        Assert.Contains(answer.Reason, (string[])["question_not_relayed", "protocol_error"]);
    }

    [Theory]
    [InlineData("elicitation/create", "5")]
    [InlineData("sampling/createMessage", "[]")]
    [InlineData("roots/list", "null")]
    public async Task Call_ParamsNoObject_AreNotPassedOn(string method, string parameters)
    {
        await StartAsync(Era.Modern);
        Upstream.On("tools/call", Asking.Modern(null, new Question(method, parameters, "{}")));
        using var call = await (await ClientAsync(Era.Legacy)).BeginAsync("tools/call", Cancellation, Work);
        var message = await call.NextAsync(Cancellation);
        Assert.True(message.TryGetProperty("error", out _) || message.GetProperty("params").ValueKind == JsonValueKind.Object, message.GetRawText());
    }

    [Fact]
    public async Task Call_ClientTakesNoStream_IsAnErrorAtOnce()
    {
        await StartAsync(Era.Modern);
        Upstream.On("tools/call", Asking.Modern(null, Question.Roots));
        var client = await ClientAsync(Era.Legacy);
        using var call = await client.BeginToolAsync("up__work", Cancellation, accept: "application/json");
        var answer = await call.NextAsync(Cancellation);
        Assert.Equal("question_not_relayed", answer.GetProperty("error").GetProperty("data").GetProperty("reason").GetString());
    }

    [Fact]
    public async Task Call_ClientCancelsWhileAsked_EndsWithoutARetry()
    {
        await StartAsync(Era.Modern);
        Upstream.On("tools/call", Asking.Modern(null, Question.Form));
        var client = await ClientAsync(Era.Legacy);
        using var call = await client.BeginAsync("tools/call", Cancellation, Work, id: "\"c\"");
        var asked = await call.NextAsync(Cancellation);
        await client.NotifyAsync("notifications/cancelled", """{"requestId":"c"}""", Cancellation);
        var taken = await call.NextAsync(Cancellation);
        Assert.Equal(asked.GetProperty("id").GetString(), taken.GetProperty("params").GetProperty("requestId").GetString());
        Assert.Null(await call.TryNextAsync(Cancellation));

        // A late answer is nobody's.
        await client.RespondAsync(asked, Question.Form.Answer, Cancellation);
        await client.CallAsync("ping", Cancellation);
        Assert.Single(Upstream.Requests.Of("tools/call"));
    }

    [Fact]
    public async Task Call_SessionEndsWhileAsked_Ends()
    {
        await StartAsync(Era.Modern);
        Upstream.On("tools/call", Asking.Modern(null, Question.Form));
        var client = await ClientAsync(Era.Legacy);
        using var call = await client.BeginAsync("tools/call", Cancellation, Work);
        await call.NextAsync(Cancellation);
        await client.EndAsync(Cancellation);
        while (await call.TryNextAsync(Cancellation) is { } message)
        {
            Assert.False(message.TryGetProperty("result", out _));
        }

        Assert.Single(Upstream.Requests.Of("tools/call"));
    }

    /// <summary>Earlier revisions know neither the mode nor lists of contents.</summary>
    [Theory]
    [InlineData("2025-06-18")]
    [InlineData("2025-03-26")]
    public async Task Call_OlderRevision_IsAskedInItsOwnForm(string revision)
    {
        await StartAsync(Era.Modern);
        const string messages = """{"maxTokens":1,"messages":[{"role":"user","content":[{"type":"text","text":"a"}]},{"role":"user","content":{"type":"text","text":"b"}}],"x":[{}]}""";
        Upstream.On("tools/call", Asking.Modern(null, Question.Form, new Question("sampling/createMessage", messages, "")));
        var client = await ClientAsync(Era.Legacy, """{"elicitation":{},"sampling":{}}""", revision);
        using var call = await client.BeginAsync("tools/call", Cancellation, Work);
        var asked = new[] { await call.NextAsync(Cancellation), await call.NextAsync(Cancellation) };
        var form = asked.Single(question => question.GetProperty("method").ValueEquals("elicitation/create"));
        var sampling = asked.Single(question => question.GetProperty("method").ValueEquals("sampling/createMessage"));
        Assert.Equal(Question.Form.Params.Replace("\"mode\":\"form\",", "", StringComparison.Ordinal), form.GetProperty("params").GetRawText());
        Assert.Equal(messages.Replace("[{\"type\":\"text\",\"text\":\"a\"}]", "{\"type\":\"text\",\"text\":\"a\"}", StringComparison.Ordinal), sampling.GetProperty("params").GetRawText());
        await client.RespondAsync(form, Question.Form.Answer, Cancellation);
        await client.RespondAsync(sampling, Question.Sampling.Answer, Cancellation);
        Assert.True((await call.NextAsync(Cancellation)).TryGetProperty("result", out _));
    }
}
