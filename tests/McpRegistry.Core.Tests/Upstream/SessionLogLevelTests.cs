using McpRegistry.Discovery;
using McpRegistry.Protocol;
using McpRegistry.Upstream;
using Xunit;

namespace McpRegistry.Core.Tests.Upstream;

public sealed class SessionLogLevelTests
{
    private readonly SessionLogLevel _level = new();

    /// <summary>A client that wants to hear less and then more again must not be taken for one that hears it already.</summary>
    [Fact]
    public async Task Covers_AfterTheClientChoseLess_OnlyThat()
    {
        await SetAsync(LogLevel.Debug, FakeConnection.Result("{}"));
        await SetAsync(LogLevel.Error, FakeConnection.Result("{}"));

        Assert.True(_level.Covers(LogLevel.Error));
        Assert.False(_level.Covers(LogLevel.Debug));
    }

    [Theory]
    [InlineData("debug", true)]
    [InlineData("critical", false)]
    public async Task Covers_AfterAServerGaveNoAnswer_WhatItSaysForSure(string wanted, bool stillCovers)
    {
        await SetAsync(LogLevel.Error, FakeConnection.Result("{}"));
        await SetAsync(LogLevels.Parse(wanted)!.Value, UpstreamReply.Failed(FaultReasons.Timeout, "no answer"));

        Assert.Equal(stillCovers, _level.Covers(LogLevel.Error));
        Assert.False(_level.Covers(LogLevel.Debug));
    }

    private ValueTask SetAsync(LogLevel level, UpstreamReply reply) => _level.SetAsync(level, () => new(reply));
}
