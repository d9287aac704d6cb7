using System.Runtime.CompilerServices;
using McpRegistry.Core.Tests.Routing;
using McpRegistry.Routing;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace McpRegistry.Core.Tests.Storage;

public sealed class RulesInForceTests
{
    private readonly RoutingRules _rules = new(NullLogger<RoutingRules>.Instance);

    [Fact]
    public async Task Reload_Fails_WhatIsInForceStays()
    {
        var rule = RoutingFixture.Rule("{}", """{"servers":[{"server":"a"}]}""");
        _rules.Save(rule);

        await Assert.ThrowsAsync<IOException>(() => _rules.ReloadAsync([], static () => throw new IOException("down")));

        Assert.Equal([rule], _rules.Current.Rules.Select(static route => route.Rule));
    }

    /// <summary>The feed leaves a change out that keeps failing.</summary>
    [Fact]
    public async Task Reload_Failed_RemembersNoMoreOfWhatGoes()
    {
        WeakReference? during = null;
        await Assert.ThrowsAsync<IOException>(() => _rules.ReloadAsync([], () =>
        {
            during = RemoveOne();
            throw new IOException("down");
        }));
        var after = RemoveOne();

        GC.Collect();

        Assert.Equal((false, false), (during!.IsAlive, after.IsAlive));
    }

    /// <summary>What is told of no rule at all is held by nothing else.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private WeakReference RemoveOne()
    {
        var removed = new object();
        _rules.Remove(rule => ReferenceEquals(rule, removed));
        return new WeakReference(removed);
    }
}
