using System.Net;
using System.Text.Json;
using McpRegistry.EndToEnd.Tests.Hosting;
using McpRegistry.EndToEnd.Tests.Wire;
using McpRegistry.TestSupport.Upstreams;

namespace McpRegistry.EndToEnd.Tests.Batches;

/// <summary>What a batch of 2025-03-26 comes to.</summary>
public sealed class BatchTests : EndToEndTest
{
    private const string Done = """{"content":[{"type":"text","text":"done"}]}""";

    [Theory]
    [MemberData(nameof(Eras))]
    public async Task Batch_MessagesOfAllKinds_AnswersEachLikeASingleOne(Era upstream)
    {
        var server = await AddAsync(upstream);
        var client = await OpenBatchAsync();

        var answer = await client.SendAsync(
            Cancellation,
            BatchClient.Request("1", "ping"),
            BatchClient.Call("\"call\"", "up__work"),
            BatchClient.Notification("notifications/initialized", "{}"),
            BatchClient.Request("3", "tools/list"),
            BatchClient.Call("4", "up__none"),
            BatchClient.Request("5", "no/such"),
            """{"jsonrpc":"2.0","id":77,"result":{}}""",
            """{"jsonrpc":"2.0","id":6,"method":"ping","method":"ping"}""",
            BatchClient.Request("7", "initialize", """{"protocolVersion":"2025-03-26","capabilities":{}}"""),
            BatchClient.Request("8", "ping", """{"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28"}}"""),
            "12");

        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.Equal(
            ["1", "\"call\"", "3", "4", "5", "6", "7", "8", "null"],
            JsonElement.Parse(answer.Body).EnumerateArray().Select(element => element.GetProperty("id").GetRawText()));
        var answers = BatchClient.Answers(answer);
        Assert.Equal("{}", answers["1"].GetProperty("result").GetRawText());
        Assert.Equal(Done, answers["\"call\""].GetProperty("result").GetRawText());
        Assert.Equal("up__work", answers["3"].GetProperty("result").GetProperty("tools")[0].GetProperty("name").GetString());
        Assert.Equal(
            ["unknown_tool", "method_not_found", "duplicate_member", "initialize_in_batch", "header_mismatch", "not_a_message"],
            new[] { "4", "5", "6", "7", "8", "null" }.Select(id => BatchClient.Reason(answers[id])));
        Assert.Single(server.Requests.Of("tools/call"));
    }

    [Fact]
    public async Task Batch_Calls_RunSideBySideWithinABound()
    {
        var gate = new Gate();
        var server = await AddAsync(Era.Modern);
        server.On("tools/call", Answers.After(gate, Answers.Result(ScriptedServers.Complete(Era.Modern, Done))));
        var client = await OpenBatchAsync();

        var sending = client.SendAsync(Cancellation, [.. Enumerable.Range(1, 20).Select(id => BatchClient.Call($"{id}", "up__work"))]);
        await gate.WhenWaitingAsync(8, Cancellation);
        Assert.Equal(8, server.Requests.Of("tools/call").Count);
        gate.Open();

        Assert.Equal(20, BatchClient.Answers(await sending).Values.Count(answer => answer.TryGetProperty("result", out _)));
        Assert.Equal(20, BatchClient.Answers(await client.SendAsync(Cancellation, [.. Enumerable.Range(1, 20).Select(id => BatchClient.Call($"{id}", "up__work"))])).Count);
    }

    [Fact]
    public async Task Batch_NothingToAnswer_IsAccepted()
    {
        var client = await OpenBatchAsync();

        var answer = await client.SendAsync(
            Cancellation, BatchClient.Notification("notifications/initialized", "{}"), """{"jsonrpc":"2.0","id":1,"result":{}}""");

        Assert.Equal(HttpStatusCode.Accepted, answer.Status);
        Assert.Empty(answer.Body);
    }

    [Fact]
    public async Task Batch_NoMessageAtAll_IsBad()
    {
        var client = await OpenBatchAsync();

        var answer = await client.SendAsync(Cancellation, "1", "\"ping\"");

        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.Equal(["not_a_message", "not_a_message"], JsonElement.Parse(answer.Body).EnumerateArray().Select(BatchClient.Reason));
    }

    [Fact]
    public async Task Batch_ProgressBeforeTheAnswers_IsAStreamOfAllOfThem()
    {
        var gate = new Gate();
        var server = await AddAsync(Era.Modern);
        server.On("tools/call", async exchange =>
        {
            await exchange.ProgressAsync(1, 2);
            await Answers.After(gate, Answers.Result(ScriptedServers.Complete(Era.Modern, Done)))(exchange);
        });
        var client = await OpenBatchAsync();

        var sending = client.SendAsync(
            Cancellation,
            BatchClient.Call("1", "up__work", """{"progressToken":"one"}"""),
            BatchClient.Call("2", "up__work", """{"progressToken":2}"""),
            BatchClient.Request("3", "ping"));
        await gate.WhenWaitingAsync(2, Cancellation);
        gate.Open();
        var answer = await sending;

        Assert.True(answer.IsStream);
        Assert.Equal(
            ["\"one\"", "2"],
            answer.Notifications("notifications/progress").Select(message => message.GetProperty("params").GetProperty("progressToken").GetRawText()).Order(StringComparer.Ordinal));
        Assert.Equal(
            ["1", "2", "3"],
            answer.Messages.Where(message => message.TryGetProperty("result", out _)).Select(message => message.GetProperty("id").GetRawText()).Order(StringComparer.Ordinal));
        Assert.Equal(5, answer.Messages.Count);
    }

    [Fact]
    public async Task Batch_ClientTakesJsonOnly_IsAnArray()
    {
        var server = await AddAsync(Era.Modern);
        server.On("tools/call", Answers.WithProgress(2, ScriptedServers.Complete(Era.Modern, Done)));
        var client = await OpenBatchAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, Gateway.Mcp());
        request.Headers.Add("Accept", "application/json");
        request.Headers.Add("Mcp-Session-Id", client.SessionId);
        request.Content = new StringContent(
            $"[{BatchClient.Call("1", "up__work", """{"progressToken":1}""")},{BatchClient.Request("2", "ping")}]", new System.Net.Http.Headers.MediaTypeHeaderValue("application/json"));

        using var response = await Gateway.Http.SendAsync(request, Cancellation);

        var answers = JsonElement.Parse(await response.Content.ReadAsStringAsync(Cancellation));
        Assert.Equal(["1", "2"], answers.EnumerateArray().Select(element => element.GetProperty("id").GetRawText()));
    }

    private async Task<ScriptedUpstream> AddAsync(Era era)
    {
        var server = Own(await ScriptedServers.StartAsync(era, Cancellation));
        await Gateway.Registry.AddAsync("up", server.Url, Cancellation);
        return server;
    }

    private Task<BatchClient> OpenBatchAsync() => BatchClient.OpenAsync(Gateway.Http, Gateway.Mcp(), Cancellation);
}
