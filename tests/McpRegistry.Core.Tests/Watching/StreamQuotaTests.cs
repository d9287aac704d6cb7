using McpRegistry.Gateway;
using McpRegistry.Watching;
using Microsoft.Extensions.Options;
using Xunit;

namespace McpRegistry.Core.Tests.Watching;

public sealed class StreamQuotaTests
{
    private readonly StreamQuota _quota = new(Options.Create(new GatewayOptions { MaxStreams = 3, MaxStreamsPerCaller = 2 }));

    [Fact]
    public void TryEnter_BeyondTheCallersOwn_IsRefusedUntilOneEnds()
    {
        var first = _quota.TryEnter("a")!;
        Assert.NotNull(_quota.TryEnter("a"));
        Assert.Null(_quota.TryEnter("a"));

        first.Dispose();
        first.Dispose();
        Assert.Equal(1, _quota.Count);
        Assert.NotNull(_quota.TryEnter("a"));
        Assert.Null(_quota.TryEnter("a"));
    }

    [Fact]
    public void TryEnter_BeyondAll_IsRefusedForEverybody()
    {
        Assert.NotNull(_quota.TryEnter("a"));
        Assert.NotNull(_quota.TryEnter("b"));
        Assert.NotNull(_quota.TryEnter("c"));
        Assert.Null(_quota.TryEnter("d"));
    }
}
