using McpRegistry.EndToEnd.Tests.Wire;
using McpRegistry.TestSupport.Upstreams;

namespace McpRegistry.EndToEnd.Tests.Routing;

/// <summary>Copies of calls: of those that change nothing, after the fact, and without a trace at the client.</summary>
public sealed class MirrorTests : RoutingTest
{
    private const string ReadOnly = ",\"annotations\":{\"readOnlyHint\":true}";
    private const string ToM = """{"mirror":{"percent":100,"server":"m"}}""";

    [Theory]
    [MemberData(nameof(Pairs))]
    public async Task Call_ReadOnlyTool_IsCopiedWithItsArguments(Era client, Era upstream)
    {
        await AddTwinAsync("a", upstream, ReadOnly);
        var mirror = await AddTwinAsync("m", upstream, ReadOnly);
        await AddRouteAsync(ToM);

        Assert.Equal("a", Text(await (await OpenAsync(client)).CallToolAsync("a__work", Cancellation, """{"x":1.50}""")));

        var copy = await mirror.Requests.WaitAsync("tools/call", Cancellation);
        Assert.Equal("work", copy.Params.GetProperty("name").GetString());
        Assert.Equal("""{"x":1.50}""", copy.Params.GetProperty("arguments").GetRawText());
    }

    [Theory]
    [InlineData("", ReadOnly)]
    [InlineData(ReadOnly, "")]
    [InlineData(",\"annotations\":{\"readOnlyHint\":false}", ReadOnly)]
    public async Task Call_ToolThatMayChangeSomething_IsNeverCopied(string own, string others)
    {
        await AddTwinAsync("a", annotations: own);
        var mirror = await AddTwinAsync("m", annotations: others);
        await AddRouteAsync(ToM);
        var client = await OpenAsync(Era.Modern);
        await WhoAsync(client);

        // The copy of the read is sent after one of the call would have been.
        await client.CallAsync("resources/read", Cancellation, "\"uri\":\"test://one\"");
        await mirror.Requests.WaitAsync("resources/read", Cancellation);
        Assert.Equal(0, Calls(mirror));
    }

    [Fact]
    public async Task Call_ReadAndGet_AreCopied()
    {
        await AddTwinAsync("a");
        var mirror = await AddTwinAsync("m");
        await AddRouteAsync(ToM);
        var client = await OpenAsync(Era.Legacy);
        await client.CallAsync("prompts/get", Cancellation, "\"name\":\"a__ask\"");
        await client.CallAsync("resources/read", Cancellation, "\"uri\":\"test://one\"");

        await mirror.Requests.WaitAsync("prompts/get", Cancellation);
        await mirror.Requests.WaitAsync("resources/read", Cancellation);
    }

    [Fact]
    public async Task Call_RuleThatOnlyMirrorsBeforeOneThatLeads_BothAreFollowed()
    {
        await AddTwinAsync("a", annotations: ReadOnly);
        await AddTwinAsync("b", annotations: ReadOnly);
        var mirror = await AddTwinAsync("m", annotations: ReadOnly);
        await AddRouteAsync(ToM, more: ",\"priority\":1");
        await AddRouteAsync("""{"servers":[{"server":"b"}]}""", more: ",\"priority\":2");

        Assert.Equal("b", await WhoAsync(await OpenAsync(Era.Modern)));
        await mirror.Requests.WaitAsync("tools/call", Cancellation);
        var explained = await ExplainAsync("""{"method":"tools/call","name":"a__work"}""");
        Assert.Equal(["only_mirrors", "chosen"], explained.GetProperty("rules").EnumerateArray().Select(static rule => rule.GetProperty("state").GetString()));
        var choice = explained.GetProperty("choice");
        Assert.Equal(("b", "m"), (choice.GetProperty("server").GetString(), choice.GetProperty("mirror").GetProperty("server").GetString()));
    }

    [Fact]
    public async Task Explain_MirrorOfAToolThatMayChangeSomething_SaysThatNothingIsCopied()
    {
        await AddTwinAsync("a");
        await AddTwinAsync("m", annotations: ReadOnly);
        await AddRouteAsync(ToM);

        var explained = await ExplainAsync("""{"method":"tools/call","name":"a__work"}""");

        var rule = explained.GetProperty("rules")[0];
        Assert.Equal(("no_usable_target", "may_change"), (rule.GetProperty("state").GetString(), rule.GetProperty("targets")[0].GetProperty("state").GetString()));
        Assert.False(explained.GetProperty("choice").TryGetProperty("mirror", out _));
    }

    [Fact]
    public async Task Call_MirrorHangs_ClientHasItsAnswerAndTooManyCopiesAreDropped()
    {
        await AddTwinAsync("a", annotations: ReadOnly);
        var mirror = await AddTwinAsync("m", annotations: ReadOnly);
        var gate = new Gate();
        mirror.On("tools/call", Answers.After(gate, Answers.Result("""{"resultType":"complete","content":[]}""")));
        await AddRouteAsync(ToM);
        var client = await OpenAsync(Era.Modern);
        for (var i = 0; i < 40; i++)
        {
            Assert.Equal("a", await WhoAsync(client));
        }

        // As many as may run at once, and no more.
        await gate.WhenWaitingAsync(16, Cancellation);
        Assert.Equal(16, Calls(mirror));
        gate.Open();
    }

    [Fact]
    public async Task Call_MirrorFails_ClientNoticesNothing()
    {
        await AddTwinAsync("a", annotations: ReadOnly);
        var mirror = await AddTwinAsync("m", annotations: ReadOnly);
        mirror.On("tools/call", Answers.Status(500));
        await AddRouteAsync(ToM);

        Assert.Equal("a", await WhoAsync(await OpenAsync(Era.Modern)));
        await mirror.Requests.WaitAsync("tools/call", Cancellation);
        Assert.Equal("a", await WhoAsync(await OpenAsync(Era.Legacy)));
    }
}
