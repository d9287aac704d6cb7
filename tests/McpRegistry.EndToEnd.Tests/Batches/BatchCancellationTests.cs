using System.Net;
using McpRegistry.EndToEnd.Tests.Hosting;
using McpRegistry.EndToEnd.Tests.Wire;
using McpRegistry.TestSupport.Upstreams;

namespace McpRegistry.EndToEnd.Tests.Batches;

/// <summary>One request of a batch can be withdrawn; hanging up withdraws none.</summary>
public sealed class BatchCancellationTests : EndToEndTest
{
    [Fact]
    public async Task Cancel_OneRequest_LeavesTheOthers()
    {
        var gate = new Gate();
        var server = await AddAsync(gate);
        var client = await OpenBatchAsync();

        var sending = client.SendAsync(Cancellation, BatchClient.Call("1", "up__work"), BatchClient.Call("2", "up__work"));
        await gate.WhenWaitingAsync(2, Cancellation);
        await client.PostAsync(BatchClient.Notification("notifications/cancelled", """{"requestId":1}"""), Cancellation);
        await server.Requests.WaitForAbortAsync("tools/call", Cancellation);
        gate.Open();

        var answers = BatchClient.Answers(await sending);
        Assert.Equal("2", Assert.Single(answers).Key);
    }

    [Fact]
    public async Task Cancel_WithinTheBatch_FindsItsRequestWhereverItStands()
    {
        var server = await AddAsync(new Gate());
        var client = await OpenBatchAsync();
        var cancel = BatchClient.Notification("notifications/cancelled", """{"requestId":1}""");

        var some = await client.SendAsync(Cancellation, BatchClient.Call("1", "up__work"), cancel, BatchClient.Request("2", "ping"));
        var all = await client.SendAsync(Cancellation, BatchClient.Call("1", "up__work"), cancel);

        Assert.Equal("2", Assert.Single(BatchClient.Answers(some)).Key);
        Assert.Equal((HttpStatusCode.Accepted, ""), (all.Status, all.Body));
        Assert.Empty(server.Requests.Of("tools/call"));
    }

    [Fact]
    public async Task HangUp_Batch_RunsToItsEnd()
    {
        var gate = new Gate();
        var server = await AddAsync(gate);
        var client = await OpenBatchAsync();
        using var hangUp = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);

        var sending = client.SendAsync(hangUp.Token, BatchClient.Call("1", "up__work"), BatchClient.Call("2", "up__work"));
        await gate.WhenWaitingAsync(2, Cancellation);
        await hangUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);
        await client.SendAsync(Cancellation, BatchClient.Request("3", "ping"));
        gate.Open();

        foreach (var request in server.Requests.Of("tools/call"))
        {
            await request.Ended.WaitAsync(TimeSpan.FromMinutes(2), Cancellation);
            Assert.False(request.WasAborted);
        }
    }

    /// <summary>The ids of a batch are those of the session: none is used twice at once, and each is free again afterwards.</summary>
    [Fact]
    public async Task Id_RunningInTheSession_IsRefusedUntilItEnds()
    {
        var gate = new Gate();
        await AddAsync(gate);
        var client = await OpenBatchAsync();

        var running = client.SendAsync(Cancellation, BatchClient.Call("1", "up__work"));
        await gate.WhenWaitingAsync(1, Cancellation);
        var refused = BatchClient.Answers(await client.SendAsync(Cancellation, BatchClient.Request("1", "ping"), BatchClient.Request("2", "ping")));
        gate.Open();
        await running;
        var served = BatchClient.Answers(await client.SendAsync(Cancellation, BatchClient.Request("1", "ping")));

        Assert.Equal("id_in_use", BatchClient.Reason(refused["1"]));
        Assert.True(refused["2"].TryGetProperty("result", out _));
        Assert.True(served["1"].TryGetProperty("result", out _));
    }

    private async Task<ScriptedUpstream> AddAsync(Gate gate)
    {
        var server = Own(await ScriptedServers.StartAsync(Era.Modern, Cancellation));
        server.On("tools/call", Answers.After(gate, Answers.Result("""{"resultType":"complete","content":[]}""")));
        await Gateway.Registry.AddAsync("up", server.Url, Cancellation);
        return server;
    }

    private Task<BatchClient> OpenBatchAsync() => BatchClient.OpenAsync(Gateway.Http, Gateway.Mcp(), Cancellation);
}
