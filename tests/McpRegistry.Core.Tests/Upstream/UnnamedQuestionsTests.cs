using McpRegistry.Core.Tests.Protocol;
using McpRegistry.Protocol;
using McpRegistry.Upstream;
using Xunit;

namespace McpRegistry.Core.Tests.Upstream;

public sealed class UnnamedQuestionsTests
{
    private readonly UpstreamQuestion _question =
        new(Message.Upstream("""{"jsonrpc":"2.0","id":1,"method":"roots/list"}"""), _ => new(true));

    [Theory]
    [InlineData("", null)]
    [InlineData("a", "a")]
    [InlineData("a.", "a")]
    [InlineData("a-", null)]
    [InlineData("ab", null)]
    [InlineData("-", null)]
    [InlineData(".", null)]
    public void TryAsk_SharedSession_OnlyTheOneCallThatCanBeMeant(string calls, string? taker)
    {
        var asked = new List<string>();
        var listener = new Listener(asked);
        var taken = UnnamedQuestions.TryAsk(_question, isShared: true, calls.Select(call => new Caller(call.ToString(), asked)), listener);

        Assert.Equal(taker is not null, taken);
        Assert.Equal(taker is null ? [] : [taker], asked);
    }

    [Fact]
    public void TryAsk_SharedSessionWithACopyOfACall_NobodyIsAskedInItsPlace()
    {
        var asked = new List<string>();
        IUpstreamObserver[] calls = [new McpRegistry.Routing.MirrorOwner("p", null), new Caller("a", asked)];

        Assert.False(UnnamedQuestions.TryAsk(_question, isShared: true, calls, null));
        Assert.Empty(asked);
    }

    [Theory]
    [InlineData("ab", "a")]
    [InlineData("-b", "b")]
    [InlineData("-", "listener")]
    [InlineData("", "listener")]
    public void TryAsk_SessionOfOneClient_OldestCallThatTakesItOrItsOwnStream(string calls, string taker)
    {
        var asked = new List<string>();
        Assert.True(UnnamedQuestions.TryAsk(_question, isShared: false, calls.Select(call => new Caller(call.ToString(), asked)), new Listener(asked)));
        Assert.Equal([taker], asked);
    }

    /// <summary>A call; the one named <c>-</c> cannot be asked, and during <c>.</c>, such as a list, no server asks.</summary>
    private sealed class Caller(string name, List<string> asked) : IUpstreamObserver
    {
        public bool MayBeMeant => name != ".";

        public ValueTask NotifiedAsync(UpstreamMessage notification, CancellationToken cancellationToken) => ValueTask.CompletedTask;

        public bool TryAsk(UpstreamQuestion question)
        {
            var takes = name is not ("-" or ".");
            if (takes)
            {
                asked.Add(name);
            }

            return takes;
        }
    }

    private sealed class Listener(List<string> asked) : IUpstreamListener
    {
        public void Notified(UpstreamMessage notification)
        {
            // Only questions matter here.
        }

        public void Missed()
        {
            // Only questions matter here.
        }

        public bool TryAsk(UpstreamQuestion question)
        {
            asked.Add("listener");
            return true;
        }
    }
}
