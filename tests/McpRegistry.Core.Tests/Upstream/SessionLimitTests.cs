using McpRegistry.Discovery;
using McpRegistry.Servers;
using McpRegistry.TestSupport;
using McpRegistry.Upstream;
using Microsoft.Extensions.Options;
using Xunit;

namespace McpRegistry.Core.Tests.Upstream;

/// <summary>How many sessions one caller may have, and how many are opened at once.</summary>
public sealed class SessionLimitTests : IAsyncDisposable
{
    private static readonly UpstreamOptions Limits = new()
    {
        MaxSessionsPerEndpoint = 10,
        MaxSessionsPerCaller = 2,
        MaxProcessesPerEndpoint = 10,
        MaxProcessesPerCaller = 1,
        MaxConcurrentDiscoveries = 3,
    };

    private readonly ManualTimeProvider _clock = new();
    private readonly FakeConnector _connector = new();
    private readonly SessionPool _pool;

    public SessionLimitTests() => _pool = Pool(TransportKind.StreamableHttp);

    public ValueTask DisposeAsync() => _pool.DisposeAsync();

    [Fact]
    public async Task RentAsync_CallerAtTheLimit_TakesThePlaceOfHisOwnOldestIdleSession()
    {
        var (others, oldest, newer) = (new FakeConnection(), new FakeConnection(), new FakeConnection());
        (await OpenAsync("q", "1", others)).Dispose();
        _clock.Advance(TimeSpan.FromSeconds(1));
        (await OpenAsync("p", "1", oldest)).Dispose();
        _clock.Advance(TimeSpan.FromSeconds(1));
        (await OpenAsync("p", "2", newer)).Dispose();
        await OpenAsync("p", "3", new FakeConnection());

        await oldest.Closed;
        Assert.Equal((0, 0), (others.Disposals, newer.Disposals));
        Assert.Equal(3, _pool.Count);
    }

    [Fact]
    public async Task RentAsync_CallerAtTheLimit_LosesADeadSessionBeforeOneThatLives()
    {
        var (living, dead) = (new FakeConnection(), new FakeConnection());
        (await OpenAsync("p", "1", living)).Dispose();
        _clock.Advance(TimeSpan.FromSeconds(1));
        (await OpenAsync("p", "2", dead)).Dispose();
        dead.IsGone = true;
        await OpenAsync("p", "3", new FakeConnection());

        await dead.Closed;
        Assert.Equal(0, living.Disposals);
    }

    [Fact]
    public async Task RentAsync_CallerAtTheLimitAndAllBusy_IsRefusedWhileOthersAreServed()
    {
        var others = new FakeConnection();
        (await OpenAsync("q", "1", others)).Dispose();
        var held = await OpenAsync("p", "1", new FakeConnection());
        await OpenAsync("p", "2", new FakeConnection());

        var refused = (await RentAsync("p", "3")).Fault!;
        Assert.Equal(FaultReasons.Busy, refused.Reason);
        Assert.Contains("2 sessions that one caller", refused.Message, StringComparison.Ordinal);
        Assert.Equal(0, others.Disposals);
        Assert.NotNull(await OpenAsync("r", "1", new FakeConnection()));
        held.Dispose();
        Assert.NotNull(await OpenAsync("p", "3", new FakeConnection()));
    }

    [Fact]
    public async Task RentAsync_ProcessesOfOneCaller_HaveALimitOfTheirOwn()
    {
        await using var pool = Pool(TransportKind.Stdio);
        using var held = await OpenAsync("p", "1", new FakeConnection(), pool);

        Assert.Contains("1 processes that one caller", (await RentAsync("p", "2", pool)).Fault!.Message, StringComparison.Ordinal);
    }

    /// <summary>After a restart all callers come at once.</summary>
    [Fact]
    public async Task RentAsync_ManyCallersAtOnce_AreOpenedAFewAtATime()
    {
        var calls = Enumerable.Range(0, 8).Select(i => RentAsync($"p{i}", "1")).ToArray();
        for (var opened = 0; opened < calls.Length; opened++)
        {
            var attempt = await _connector.NextAsync();
            Assert.InRange(_connector.Attempts, opened + 1, opened + Limits.MaxConcurrentDiscoveries);
            attempt.SetResult(new FakeConnection());
        }

        Assert.All(await Task.WhenAll(calls), lease => Assert.True(lease.Granted));
    }

    [Fact]
    public async Task RentAsync_CallerGivesUpBeforeHisTurn_NothingIsOpenedForHim()
    {
        var busy = Enumerable.Range(0, 3).Select(i => RentAsync($"p{i}", "1")).ToArray();
        var attempts = new[] { await _connector.NextAsync(), await _connector.NextAsync(), await _connector.NextAsync() };
        using var cancellation = new CancellationTokenSource();
        var impatient = RentAsync("late", "1", token: cancellation.Token);
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => impatient);
        Array.ForEach(attempts, attempt => attempt.SetResult(new FakeConnection()));
        await Task.WhenAll(busy);

        Assert.NotNull(await OpenAsync("next", "1", new FakeConnection()));
        Assert.True(SpinWait.SpinUntil(() => _pool.Count == 4, TimeSpan.FromMinutes(1)));
        Assert.Equal(4, _connector.Attempts);
    }

    private SessionPool Pool(TransportKind transport)
    {
        var server = SampleServers.Of("a", transport);
        return new SessionPool(_connector, server, server.Endpoints[0], Options.Create(Limits), _clock);
    }

    private Task<LeaseResult> RentAsync(string principal, string session, SessionPool? pool = null, CancellationToken token = default)
    {
        var owner = new Owner(principal, session);
        return (pool ?? _pool).RentAsync(owner.Key, owner, _ => { }, token).AsTask();
    }

    private async Task<ConnectionLease> OpenAsync(string principal, string session, FakeConnection connection, SessionPool? pool = null)
    {
        var renting = RentAsync(principal, session, pool);
        (await _connector.NextAsync()).SetResult(connection);
        return (await renting).Lease!;
    }
}
