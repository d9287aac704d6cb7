using McpRegistry.TestSupport.Upstreams;

namespace McpRegistry.TestSupport.Tests.Upstreams;

public sealed class HostileAnswerTests() : UpstreamTest(UpstreamOptions.Modern)
{
    [Fact]
    public async Task Never_ClientGivesUp_IsNotedAsAborted()
    {
        Upstream.On("tools/list", Answers.Never);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var call = Client.ModernAsync("tools/list", "", patience.Token);
        await Upstream.Requests.WaitAsync("tools/list", Cancellation);
        await patience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        Assert.True((await Upstream.Requests.WaitForAbortAsync("tools/list", Cancellation)).WasAborted);
    }

    [Fact]
    public async Task Gate_Opened_LetsWaitingCallsThrough()
    {
        var gate = new Gate();
        Upstream.On("tools/list", Answers.After(gate, ListAnswers.Page("tools", "[]")));
        var first = Client.ModernAsync("tools/list", "", Cancellation);
        var second = Client.ModernAsync("tools/list", "", Cancellation);
        await gate.WhenWaitingAsync(2, Cancellation);
        gate.Open();
        Assert.All(await Task.WhenAll(first, second), answer => Assert.True(answer.IsSuccessStatusCode));
    }

    [Fact]
    public async Task Cut_EveryBrokenStage_FailsTheRead()
    {
        foreach (var stage in Enum.GetValues<CutStage>().Where(stage => stage != CutStage.WithoutAnswer))
        {
            Upstream.On("tools/call", Answers.Cut(stage, """{"content":[]}"""));
            await Assert.ThrowsAnyAsync<Exception>(async () =>
            {
                using var answer = await Client.ModernAsync("tools/call", "\"name\":\"x\"", Cancellation, "x");
                await BodyAsync(answer);
            });
        }

        Assert.All(Upstream.Requests.All, request => Assert.False(request.WasAborted));
    }

    [Fact]
    public async Task Cut_WithoutAnswer_EndsInGoodOrder()
    {
        Upstream.On("tools/call", Answers.Cut(CutStage.WithoutAnswer, "{}"));
        using var answer = await Client.ModernAsync("tools/call", "\"name\":\"x\"", Cancellation, "x");
        Assert.Empty(await BodyAsync(answer));
    }

    [Fact]
    public async Task StuckCursor_EveryPage_NamesTheSame()
    {
        Upstream.On("tools/list", ListAnswers.StuckCursor("tools", "[]"));
        using var first = await Client.ModernAsync("tools/list", "", Cancellation);
        using var second = await Client.ModernAsync("tools/list", "\"cursor\":\"stuck\"", Cancellation);
        Assert.Equal(await BodyAsync(first), await BodyAsync(second));
        Assert.Contains("\"nextCursor\":\"stuck\"", await BodyAsync(first), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pages_LastPage_NamesNoCursor()
    {
        Upstream.On("tools/list", ListAnswers.Pages("tools", """[{"name":"a"}]""", """[{"name":"b"}]"""));
        using var first = await Client.ModernAsync("tools/list", "", Cancellation);
        using var second = await Client.ModernAsync("tools/list", "\"cursor\":\"1\"", Cancellation);
        Assert.Contains("\"nextCursor\":\"1\"", await BodyAsync(first), StringComparison.Ordinal);
        Assert.DoesNotContain("nextCursor", await BodyAsync(second), StringComparison.Ordinal);
    }

    [Fact]
    public async Task LargeSchema_TenMegabytes_IsSent()
    {
        Upstream.On("tools/list", ListAnswers.Page("tools", ListAnswers.ToolWithSchemaOf("big", 10_000_000)));
        using var answer = await Client.ModernAsync("tools/list", "", Cancellation);
        Assert.True((await BodyAsync(answer)).Length > 10_000_000);
    }

    [Fact]
    public async Task InOrder_MoreCallsThanHandlers_RepeatsTheLast()
    {
        Upstream.On("tools/list", Answers.InOrder(Answers.Status(503), ListAnswers.Page("tools", "[]")));
        var statuses = new List<int>();
        for (var call = 0; call < 3; call++)
        {
            using var answer = await Client.ModernAsync("tools/list", "", Cancellation);
            statuses.Add((int)answer.StatusCode);
        }

        Assert.Equal([503, 200, 200], statuses);
    }

    [Fact]
    public async Task Connections_ClientDisposed_FallToZero()
    {
        using (var other = new UpstreamTestClient(Upstream))
        {
            using var answer = await other.ModernAsync("server/discover", "", Cancellation);
            await BodyAsync(answer);
            Assert.Equal(1, Upstream.OpenConnections);
        }

        await Upstream.WaitUntilAsync(upstream => upstream is { OpenConnections: 0, OpenRequests: 0 }, "no connection is open", Cancellation);
    }

    [Fact]
    public async Task Dispose_HangingCall_DoesNotWaitForIt()
    {
        Upstream.On("tools/list", Answers.NeverAfterHeaders);
        using var answer = await Client.ModernAsync("tools/list", "", Cancellation);
        await Upstream.DisposeAsync();
        Assert.Equal(0, Upstream.OpenRequests);
    }

    [Fact]
    public async Task Restart_SamePort_AnswersAgain()
    {
        await Upstream.DisposeAsync();
        await Assert.ThrowsAsync<HttpRequestException>(() => Client.ModernAsync("server/discover", "", Cancellation));
        await using var successor = await ScriptedUpstream.StartAsync(UpstreamOptions.Modern, Cancellation, Upstream.Url.Port);
        using var answer = await Client.ModernAsync("server/discover", "", Cancellation);
        Assert.True(answer.IsSuccessStatusCode);
    }
}
