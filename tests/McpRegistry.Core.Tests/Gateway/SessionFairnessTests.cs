using McpRegistry.Gateway;
using McpRegistry.Tenancy;
using McpRegistry.TestSupport;
using McpRegistry.Upstream;
using Microsoft.Extensions.Options;
using Xunit;

namespace McpRegistry.Core.Tests.Gateway;

/// <summary>Whose session makes room when the process has as many as it may.</summary>
public sealed class SessionFairnessTests : IDisposable
{
    private static readonly TenantId Big = new(new Guid(1, 0, 0, new byte[8]));
    private static readonly TenantId Small = new(new Guid(2, 0, 0, new byte[8]));

    private readonly ManualTimeProvider _clock = new();
    private readonly ClientSessions _sessions;

    public SessionFairnessTests() => _sessions = new ClientSessions(Options.Create(new GatewayOptions { MaxSessions = 6 }), _clock);

    public void Dispose() => _sessions.Dispose();

    [Fact]
    public void Open_TenantThatHoldsTheMost_EndsItsOwnLongestUnused()
    {
        var small = Open(Small)!;
        var big = OpenMany(Big, 5);

        var further = OpenMany(Big, 20);

        Assert.True(IsOpen(small));
        Assert.DoesNotContain(big, IsOpen);
        Assert.Equal(5, further.Count(IsOpen));
    }

    [Fact]
    public void Open_TenantThatHoldsLess_EndsTheLongestUnusedOfTheBiggest()
    {
        var small = Open(Small)!;
        var big = OpenMany(Big, 5);

        var second = Open(Small)!;

        Assert.True(IsOpen(small) && IsOpen(second));
        Assert.False(IsOpen(big[0]));
        Assert.Equal(4, big.Count(IsOpen));
    }

    [Fact]
    public void Open_BiggestIsBusyWithAllItsOwn_LosesTheOneThatOnlyListensFirst()
    {
        var big = OpenMany(Big, 6);
        var running = Array.ConvertAll(big[..5], static session => session.Begin("1")!);
        big[5].Attach(new FakeStream());

        Assert.NotNull(Open(Small));
        Assert.False(IsOpen(big[5]));
        Assert.All(running, static request => Assert.False(request.IsCancellationRequested));
        Assert.NotNull(Open(Small));
        Assert.True(running[0].IsCancellationRequested);
        Assert.NotNull(Open(Small));

        // Both have their even part, which nobody takes from them while it is in use.
        Assert.Equal(3, big.Count(IsOpen));
        Assert.NotNull(Open(Small));
        Assert.Equal(3, big.Count(IsOpen));
    }

    [Fact]
    public void Open_BiggestWithAllItsOwnBusy_IsRefusedAndTakesNothingOfOthers()
    {
        var small = OpenMany(Small, 2);
        Array.ForEach(OpenMany(Big, 4), static session => session.Begin("1"));

        Assert.Null(Open(Big));
        Assert.All(small, session => Assert.True(IsOpen(session)));
    }

    [Fact]
    public void Open_MoreTenantsThanSessions_EndsTheLongestUnusedOfAll()
    {
        var sessions = Enumerable.Range(10, 6).Select(i => Open(new TenantId(new Guid(i, 0, 0, new byte[8])))!).ToArray();
        sessions[0].Begin("1");

        Assert.NotNull(Open(Big));
        Assert.True(IsOpen(sessions[0]));
        Assert.False(IsOpen(sessions[1]));
        Assert.Equal(6, _sessions.Count);
        Array.ForEach(sessions[2..], static session => session.Begin("1"));
        var last = Open(Small)!;
        last.Begin("1");
        Assert.Null(Open(Big));
        Assert.True(IsOpen(last));
        Assert.All(sessions[2..], static session => Assert.True(IsOpen(session)));
    }

    private static bool IsOpen(ClientSession session) => !session.Ended.IsCancellationRequested;

    private ClientSession[] OpenMany(TenantId tenant, int count) => [.. Enumerable.Range(0, count).Select(_ => Open(tenant)!)];

    private ClientSession? Open(TenantId tenant)
    {
        _clock.Advance(TimeSpan.FromSeconds(1));
        return _sessions.Open(tenant.ToString(), null, "2025-06-18", ClientProfile.Plain, tenant);
    }
}
