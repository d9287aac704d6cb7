using System.Net;
using McpRegistry.TestSupport.Upstreams;

namespace McpRegistry.TestSupport.Tests.Upstreams;

public sealed class ModernUpstreamTests() : UpstreamTest(UpstreamOptions.Modern)
{
    [Fact]
    public async Task Discover_WithoutScript_NamesItsVersion()
    {
        using var answer = await Client.ModernAsync("server/discover", "", Cancellation);
        Assert.Contains("\"supportedVersions\":[\"2026-07-28\"]", await BodyAsync(answer), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Call_ScriptedResult_ComesByteForByte()
    {
        const string result = """{ "b":1.50e+2, "a" : 123456789012345678901234567890, "text":"é€" }""";
        Upstream.On("tools/call", Answers.Result(result));
        using var answer = await Client.ModernAsync("tools/call", "\"name\":\"x\"", Cancellation, "x");
        Assert.Equal($$"""{"jsonrpc":"2.0","id":7,"result":{{result}}}""", await BodyAsync(answer));
    }

    [Fact]
    public async Task Call_ScriptedResult_IsRecorded()
    {
        Upstream.On("tools/call", Answers.Result("{}"));
        using var answer = await Client.ModernAsync("tools/call", "\"name\":\"x\"", Cancellation, "x");
        var request = Assert.Single(Upstream.Requests.Of("tools/call"));
        Assert.Equal("7", request.Id);
        Assert.Equal("\"p-1\"", request.ProgressToken);
        Assert.Equal("x", request.Headers["mcp-name"]);
    }

    [Fact]
    public async Task Call_WrongNameHeader_Is400HeaderMismatch()
    {
        using var answer = await Client.ModernAsync("tools/call", "\"name\":\"x\"", Cancellation, "y");
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("-32020", await BodyAsync(answer), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Call_NameHeaderInBase64_IsDecoded()
    {
        Upstream.On("tools/call", Answers.Result("{}"));
        using var answer = await Client.ModernAsync("tools/call", "\"name\":\"é\"", Cancellation, "=?base64?w6k=?=");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task UnknownMethod_WithoutScript_Is404()
    {
        using var answer = await Client.ModernAsync("initialize", "", Cancellation);
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    [Fact]
    public async Task Get_AnySession_Is405()
    {
        using var answer = await Client.SessionAsync(HttpMethod.Get, "s", Cancellation);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, answer.StatusCode);
    }

    [Fact]
    public async Task Progress_WithToken_PrecedesTheResult()
    {
        Upstream.On("tools/call", Answers.WithProgress(2, """{"done":true}"""));
        using var answer = await Client.ModernAsync("tools/call", "\"name\":\"x\"", Cancellation, "x");
        var data = (await BodyAsync(answer)).Split('\n').Where(line => line.StartsWith("data: ", StringComparison.Ordinal)).ToArray();
        Assert.Equal(3, data.Length);
        Assert.Contains("\"progressToken\":\"p-1\",\"progress\":1,\"total\":2", data[0], StringComparison.Ordinal);
        Assert.Contains("\"done\":true", data[2], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Push_ListenWantsTools_ReceivesOnlyThose()
    {
        using var answer = await Client.ModernAsync("subscriptions/listen", "\"notifications\":{\"toolsListChanged\":true}", Cancellation);
        await Upstream.WaitUntilAsync(upstream => upstream.OpenStreams == 1, "the subscription is open", Cancellation);
        Assert.Equal(0, await Upstream.PushAsync("notifications/prompts/list_changed"));
        Assert.Equal(1, await Upstream.PushAsync("notifications/tools/list_changed"));
        Upstream.EndStreams();
        var body = await BodyAsync(answer);
        Assert.Contains("notifications/subscriptions/acknowledged", body, StringComparison.Ordinal);
        Assert.Contains("\"method\":\"notifications/tools/list_changed\",\"params\":{\"_meta\":{\"io.modelcontextprotocol/subscriptionId\":7}}", body, StringComparison.Ordinal);
        Assert.EndsWith("\"id\":7,\"result\":{\"resultType\":\"complete\",\"_meta\":{\"io.modelcontextprotocol/subscriptionId\":7}}}\n\n", body, StringComparison.Ordinal);
    }
}
