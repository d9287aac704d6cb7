using McpRegistry.EndToEnd.Tests.Bridging;
using McpRegistry.EndToEnd.Tests.Wire;

namespace McpRegistry.EndToEnd.Tests.Resumption;

/// <summary>A connection breaks while a server waits for its client's answer.</summary>
public sealed class QuestionResumptionTests : ResumptionTest
{
    [Theory]
    [MemberData(nameof(Eras))]
    public async Task Cut_BeforeTheQuestionCame_IsAskedOnTheNextConnection(Era server)
    {
        var asked = new TestSupport.Upstreams.Gate();
        await StartAsync(server, asked);
        var client = await ClientAsync(capabilities: Question.Everything);
        var call = await CallAsync(client);
        var priming = await call.NextAsync(Cancellation);
        await call.DisposeAsync();
        asked.Open();

        var back = await ListenAsync(client, priming.Id);
        var question = await back.MessageAsync(Cancellation);
        Assert.Equal("elicitation/create", question.Message.GetProperty("method").GetString());
        await client.RespondAsync(question.Message, Question.Form.Answer, Cancellation);
        Assert.Contains("Grüße", Assert.Single(await back.RestAsync(Cancellation)).Data, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Eras))]
    public async Task Cut_AfterTheQuestionCame_IsAnsweredAndNotAskedAgain(Era server)
    {
        var asked = new TestSupport.Upstreams.Gate();
        asked.Open();
        await StartAsync(server, asked);
        var client = await ClientAsync(capabilities: Question.Everything);
        var call = await CallAsync(client);
        var question = await call.MessageAsync(Cancellation);
        await call.DisposeAsync();
        await client.RespondAsync(question.Message, Question.Form.Answer, Cancellation);

        var back = await ListenAsync(client, question.Id);
        var answer = Assert.Single(await back.RestAsync(Cancellation));
        Assert.True(answer.Message.TryGetProperty("result", out _), answer.Data);
        Assert.Contains("Grüße", answer.Data, StringComparison.Ordinal);
    }

    private async Task StartAsync(Era server, TestSupport.Upstreams.Gate gate)
    {
        var upstream = await AddUpstreamAsync(server);
        upstream.On("tools/call", TestSupport.Upstreams.Answers.After(gate, server == Era.Modern
            ? Asking.Modern("\"s\"", Question.Form)
            : Asking.AtOnce(upstream, Question.Form)));
    }
}
