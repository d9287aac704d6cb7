using McpRegistry.ApiKeys;
using McpRegistry.Auditing;
using McpRegistry.Tenancy;
using McpRegistry.TestSupport;
using Microsoft.Extensions.Options;
using Xunit;

namespace McpRegistry.Core.Tests.Auditing;

public sealed class RefusalBoundsTests
{
    private readonly ManualTimeProvider _clock = new();
    private readonly RefusalBounds _bounds;

    public RefusalBoundsTests() =>
        _bounds = new RefusalBounds(Options.Create(new AuditOptions { AnonymousPerMinute = 2, RefusalsPerMinute = 3 }), _clock);

    [Theory]
    [InlineData(false, 2)]
    [InlineData(true, 3)]
    public void TryTake_Flood_IsBoundedAndCounted(bool isKnown, int expected)
    {
        var caller = isKnown ? Caller(1) : null;

        Assert.Equal(expected, Taken(caller, 5));
        _clock.Advance(TimeSpan.FromMinutes(1));

        Assert.True(_bounds.TryTake(caller, out var suppressed));
        Assert.Equal(5 - expected, suppressed);
        Assert.True(_bounds.TryTake(caller, out suppressed));
        Assert.Equal(0, suppressed);
    }

    [Fact]
    public void TryTake_OtherCallers_HaveBoundsOfTheirOwn()
    {
        Assert.Equal(3, Taken(Caller(1), 10));
        Assert.Equal(3, Taken(Caller(2), 10));
        Assert.Equal(2, Taken(null, 10));
    }

    /// <summary>Whoever is not told apart any more shares a bound, and after a minute there is room again.</summary>
    [Fact]
    public void TryTake_MoreCallersThanAreRemembered_ShareABound()
    {
        for (var i = 0; i < RefusalBounds.Capacity; i++)
        {
            Assert.True(_bounds.TryTake(Caller(i), out _));
        }

        Assert.Equal(3, Enumerable.Range(RefusalBounds.Capacity, 100).Sum(i => Taken(Caller(i), 1)));
        Assert.Equal(2, Taken(Caller(0), 10));
        _clock.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal(300, Enumerable.Range(RefusalBounds.Capacity, 100).Sum(i => Taken(Caller(i), 10)));
    }

    [Fact]
    public void GiveBack_NoRoomInTheTrail_IsToldByTheNextEvent()
    {
        Assert.Equal(3, Taken(Caller(1), 5));
        _clock.Advance(TimeSpan.FromMinutes(1));
        Assert.True(_bounds.TryTake(Caller(1), out var suppressed));

        _bounds.GiveBack(Caller(1), suppressed);

        Assert.True(_bounds.TryTake(Caller(1), out suppressed));
        Assert.Equal(3, suppressed);
    }

    private static Caller Caller(int number) => new($"key:{number}", TenantId.Global, ApiKeyScope.Read);

    private int Taken(Caller? caller, int attempts) => Enumerable.Range(0, attempts).Count(_ => _bounds.TryTake(caller, out var _));
}
