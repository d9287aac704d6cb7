using McpRegistry.Core.Tests.Protocol;
using McpRegistry.Protocol;
using McpRegistry.Upstream;
using Xunit;

namespace McpRegistry.Core.Tests.Upstream;

public sealed class ListenerSetTests
{
    private readonly ListenerSet _set = new();

    [Fact]
    public void TryAsk_SeveralListeners_TheLastWhoCanTakesItAlone()
    {
        var (first, second, third) = (new Listener(true), new Listener(true), new Listener(false));
        foreach (var listener in new[] { first, second, third })
        {
            _set.Add(listener);
        }

        Assert.True(_set.TryAsk(Question()));
        Assert.Equal((0, 1, 1), (first.Asked, second.Asked, third.Asked));
    }

    [Fact]
    public void Dispose_OfAMembership_EndsThatOneOnly()
    {
        var listener = new Listener(true);
        var once = _set.Add(listener);
        using var twice = _set.Add(listener);
        once.Dispose();
        once.Dispose();
        Assert.False(_set.IsEmpty);
        _set.Notified(Message.Upstream("""{"jsonrpc":"2.0","method":"notifications/tools/list_changed"}"""));
        Assert.Equal(1, listener.Heard);
        twice.Dispose();
        Assert.True(_set.IsEmpty);
        Assert.False(_set.TryAsk(Question()));
    }

    private static UpstreamQuestion Question() => new(Message.Upstream("""{"jsonrpc":"2.0","id":1,"method":"roots/list"}"""), _ => new(true));

    private sealed class Listener(bool takes) : IUpstreamListener
    {
        public int Asked { get; private set; }

        public int Heard { get; private set; }

        public void Notified(UpstreamMessage notification) => Heard++;

        public void Missed() => Heard++;

        public bool TryAsk(UpstreamQuestion question)
        {
            Asked++;
            return takes;
        }
    }
}
