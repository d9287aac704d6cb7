using McpRegistry.EndToEnd.Tests.Wire;
using McpRegistry.TestSupport.Upstreams;

namespace McpRegistry.EndToEnd.Tests.Bridging;

/// <summary>Between modern sides the gateway has no part in questions: they and their answers pass as they are.</summary>
public sealed class PassedQuestionTests : BridgingTest
{
    private const string State = "\"st\\u00e4te \\/ {\\\"a\\\": 1}\"";

    [Theory]
    [InlineData("tools/call", Work)]
    [InlineData("prompts/get", "\"name\":\"up__ask\"")]
    [InlineData("resources/read", "\"uri\":\"test://one\"")]
    public async Task Retry_AnswersAndState_ReachTheServerByteForByte(string method, string members)
    {
        await StartAsync(Era.Modern);
        Upstream.On(method, Asking.Modern(State, Question.Form, Question.Url));
        var client = await ClientAsync(Era.Modern);
        var asked = await AskedAsync(client, members, method);
        var expected = JsonOf(Asking.InputRequired(State, Question.Form, Question.Url)).GetProperty("inputRequests").GetRawText();
        Assert.Equal(expected, asked.GetProperty("inputRequests").GetRawText());
        Assert.Equal(State, asked.GetProperty("requestState").GetRawText());

        const string responses = "\"k\\u0031\" : { \"action\":\"accept\",\"content\":{\"z\":1.0,\"a\":1e2} }, \"k2\":null";
        await RetryAsync(client, asked, responses, members, method);
        var retry = Upstream.Requests.Of(method)[1];
        Assert.Equal($"{{{responses}}}", retry.Params.GetProperty("inputResponses").GetRawText());
        Assert.Equal(State, retry.Params.GetProperty("requestState").GetRawText());
        Assert.Equal(0, Suspended.Count);
    }

    /// <summary>A state that the gateway could not have given out is none of its business here.</summary>
    [Fact]
    public async Task Call_StateOrAnswersAlone_PassToo()
    {
        await StartAsync(Era.Modern);
        var client = await ClientAsync(Era.Modern);
        await client.CallAsync("tools/call", Cancellation, $"{Work},\"requestState\":\"\"");
        await client.CallAsync("tools/call", Cancellation, $"{Work},\"inputResponses\":{{}}");
        var requests = Upstream.Requests.Of("tools/call");
        Assert.Equal("\"\"", requests[0].Params.GetProperty("requestState").GetRawText());
        Assert.False(requests[0].Params.TryGetProperty("inputResponses", out _));
        Assert.Equal("{}", requests[1].Params.GetProperty("inputResponses").GetRawText());
        Assert.False(requests[1].Params.TryGetProperty("requestState", out _));
    }

    private static System.Text.Json.JsonElement JsonOf(string text) => System.Text.Json.JsonElement.Parse(text);
}
