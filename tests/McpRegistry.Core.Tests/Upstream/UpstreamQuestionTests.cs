using McpRegistry.Core.Tests.Protocol;
using McpRegistry.Upstream;
using Xunit;

namespace McpRegistry.Core.Tests.Upstream;

public sealed class UpstreamQuestionTests
{
    private readonly List<string> _sent = [];
    private readonly UpstreamQuestion _question;
    private int _settled;

    public UpstreamQuestionTests() => _question = new UpstreamQuestion(
        Message.Upstream("""{"jsonrpc":"2.0","id":"q","method":"roots/list"}"""),
        answer =>
        {
            _sent.Add(Message.Text(answer.Span));
            return new(true);
        },
        () => _settled++);

    /// <summary>Its client may answer while the gateway gives up, and servers take a second answer for a fault.</summary>
    [Fact]
    public async Task AnswerAsync_AnsweredAlready_SendsNothing()
    {
        Assert.True(await _question.AnswerAsync(Message.Utf8("""{"roots":[]}"""), isError: false));
        Assert.False(await _question.AnswerAsync(Message.Utf8("""{"roots":[]}"""), isError: false));
        Assert.False(await _question.WithdrawAsync());
        Assert.False(await _question.RefuseAsync());
        _question.TakeBack();

        Assert.Equal("""{"jsonrpc":"2.0","id":"q","result":{"roots":[]}}""", Assert.Single(_sent));
        Assert.Equal(1, _settled);
    }

    [Fact]
    public async Task TakeBack_NotAnswered_WantsNoAnswer()
    {
        _question.TakeBack();

        Assert.False(await _question.AnswerAsync(Message.Utf8("""{"roots":[]}"""), isError: false));
        Assert.True(_question.TakenBack.IsCancellationRequested);
        Assert.Empty(_sent);
        Assert.Equal(1, _settled);
    }
}
