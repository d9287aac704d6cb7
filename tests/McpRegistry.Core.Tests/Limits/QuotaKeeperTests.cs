using McpRegistry.Limits;
using McpRegistry.Telemetry;
using McpRegistry.Tenancy;
using McpRegistry.TestSupport;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Xunit;

namespace McpRegistry.Core.Tests.Limits;

public sealed class QuotaKeeperTests
{
    private const int Limit = 1000;

    private static readonly QuotaKey Key = new(new TenantId(Guid.CreateVersion7()), Guid.CreateVersion7(), QuotaPeriod.Hour);

    private readonly SharedQuotaStore _store = new();
    private readonly ManualTimeProvider _clock = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Take_ConcurrentlyOnThreeReplicas_ExactlyTheLimitSucceeds()
    {
        QuotaKeeper[] replicas = [Replica(), Replica(), Replica()];

        var taken = await Task.WhenAll(Enumerable.Range(0, 24).Select(worker => Task.Run(() => SpendAsync(replicas[worker % 3], 60))));

        Assert.Equal(Limit, taken.Sum());
    }

    [Fact]
    public async Task Take_OthersHoldUnspentCalls_AllAreStillUsed()
    {
        QuotaKeeper[] replicas = [Replica(), Replica(), Replica()];
        var taken = await SpendAsync(replicas[1], 3) + await SpendAsync(replicas[2], 100);

        taken += await SpendAsync(replicas[0], Limit);

        Assert.Equal(Limit, taken);
    }

    [Fact]
    public async Task Dispose_LeaseIsOnItsWay_NothingIsLost()
    {
        var options = new LimitOptions { RecallWait = TimeSpan.Zero };
        for (var calls = 1; calls < 40; calls += 3)
        {
            var store = new SharedQuotaStore();
            var gone = new LimitFixture(options, _clock, store).Quotas;
            var taken = await SpendAsync(gone, calls);

            await gone.DisposeAsync();

            taken += await SpendAsync(new LimitFixture(options, _clock, store).Quotas, Limit);
            Assert.Equal(Limit, taken);
        }
    }

    /// <summary>No caller waits for such a lease any more, but the store counts it as leased.</summary>
    [Fact]
    public async Task Dispose_LeaseIsLaterThanCallersWait_IsReturned()
    {
        var options = new LimitOptions { RecallWait = TimeSpan.Zero };
        var stall = new TaskCompletionSource();
        _store.Stall = stall.Task;
        var gone = new LimitFixture(options, _clock, _store).Quotas;
        var waiting = gone.TakeAsync(Key, Limit, Cancellation).AsTask();
        await Patience.UntilAsync(() => waiting.IsCompleted, "the call is decided", Cancellation, () => _clock.Advance(TimeSpan.FromMilliseconds(50)));
        Assert.Equal(QuotaOutcome.Unknown, (await waiting).Outcome);

        var disposing = gone.DisposeAsync().AsTask();
        Assert.False(disposing.IsCompleted);
        stall.SetResult();
        await disposing;

        Assert.Equal(1, _store.Settlements);
        Assert.Equal(Limit, await SpendAsync(new LimitFixture(options, _clock, _store).Quotas, Limit));
    }

    /// <summary>A store that never answers keeps no container from being disposed of.</summary>
    [Fact]
    public async Task Dispose_StoreHangs_EndsInTime()
    {
        _store.Hangs = true;
        var replica = new LimitFixture(new LimitOptions(), _clock, _store).Quotas;
        var waiting = replica.TakeAsync(Key, Limit, Cancellation).AsTask();

        var disposing = replica.DisposeAsync().AsTask();
        await Patience.UntilAsync(() => disposing.IsCompleted, "the quotas are disposed of", Cancellation, () => _clock.Advance(TimeSpan.FromSeconds(1)));

        await disposing;
        Assert.Equal(QuotaOutcome.Unknown, (await waiting).Outcome);
    }

    /// <summary>What is on its way and what is returned are waited for together, and a store that does not answer is told no more.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(250)]
    public async Task Dispose_StoreHangsWithEverything_IsWaitedForOnce(int quotas)
    {
        var replica = new LimitFixture(new LimitOptions(), _clock, _store).Quotas;
        await LeaseAsync(replica, quotas);
        _store.Hangs = true;
        var waiting = replica.TakeAsync(Key, Limit, Cancellation).AsTask();
        await Patience.UntilAsync(() => waiting.IsCompleted, "the call is decided", Cancellation, () => _clock.Advance(TimeSpan.FromMilliseconds(50)));

        var disposing = replica.DisposeAsync().AsTask();
        await Patience.UntilAsync(() => _store.Settlements == 1, "the rest is returned", Cancellation);
        _clock.Advance(new LimitOptions().StoreTimeout * 10);

        await Patience.UntilAsync(() => disposing.IsCompleted, "the quotas are disposed of", Cancellation);
        await disposing;
        Assert.Equal(1, _store.Settlements);
    }

    [Fact]
    public async Task ReturnAll_StoreHangs_IsToldOnceAndTheRestIsKept()
    {
        var replica = new LimitFixture(new LimitOptions(), _clock, _store).Quotas;
        await LeaseAsync(replica, 250);
        _store.Hangs = true;

        var returning = replica.ReturnAllAsync();
        _clock.Advance(new LimitOptions().StoreTimeout * 10);
        await Patience.UntilAsync(() => returning.IsCompleted, "the store is given up", Cancellation);
        Assert.Equal(1, _store.Settlements);

        _store.Hangs = false;
        await replica.ReturnAllAsync();
        Assert.Equal(3, _store.Settlements);
    }

    /// <summary>The callers of then were told.</summary>
    [Fact]
    public async Task Dispose_StoreHasFailedBefore_IsNoFailure()
    {
        var log = new CountingLog();
        var context = new QuotaContext(_store, Options.Create(new LimitOptions()), new LimitInstruments(new RegistryMeter()), _clock, log);
        var quotas = new QuotaKeeper(context);
        _store.Fails = true;
        Assert.Equal(QuotaOutcome.Unknown, (await quotas.TakeAsync(Key, Limit, Cancellation)).Outcome);
        Assert.Equal(1, log.Lines);

        await quotas.DisposeAsync();

        Assert.Equal(1, log.Lines);
    }

    [Fact]
    public async Task Dispose_HostHasReturnedEverything_TheStoreIsNotAskedAgain()
    {
        var quotas = Replica(time: _clock);
        await SpendAsync(quotas, 3);
        await quotas.ReturnAllAsync();
        var settlements = _store.Settlements;
        Assert.NotEqual(0, settlements);

        await quotas.DisposeAsync();

        Assert.Equal(settlements, _store.Settlements);
    }

    [Fact]
    public async Task Take_ReplicaIsKilled_OnlyItsLeaseIsMissing()
    {
        var options = new LimitOptions { RecallWait = TimeSpan.Zero };
        var killed = new LimitFixture(options, store: _store).Quotas;
        var taken = await SpendAsync(killed, 150);
        var (lost, _) = killed.Read(Key);

        taken += await SpendAsync(Replica(options), Limit);

        Assert.InRange(lost, 1, 2 * Limit / QuotaDemand.Share);
        Assert.Equal(Limit - lost, taken);
    }

    [Fact]
    public async Task Take_WaitsForAKilledReplicaWhileSweepsRun_IsRefusedInTime()
    {
        var options = new LimitOptions { ReturnAfter = TimeSpan.FromSeconds(1) };
        await SpendAsync(new LimitFixture(options, _clock, _store).Quotas, 150);
        var replica = Replica(options, _clock);
        var spending = SpendAsync(replica, Limit);
        var waited = TimeSpan.Zero;
        while (!spending.IsCompleted && waited < TimeSpan.FromMinutes(40))
        {
            _clock.Advance(QuotaContext.RecallPoll);
            waited += QuotaContext.RecallPoll;
            await replica.SweepAsync();
            for (var turn = 0; turn < 50; turn++)
            {
                // The clock stands still meanwhile: the lease runs on another thread.
                await Task.Yield();
            }
        }

        Assert.True(spending.IsCompleted, "A call still waits.");
        Assert.InRange(await spending, Limit - 150 - (2 * Limit / QuotaDemand.Share), Limit - 150);
    }

    [Fact]
    public async Task Take_NextHour_BeginsAnew()
    {
        var replica = Replica(time: _clock);
        Assert.Equal(5, await SpendAsync(replica, 6, limit: 5));
        var refused = await replica.TakeAsync(Key, 5, Cancellation);
        Assert.Equal((QuotaOutcome.Exceeded, TimeSpan.FromHours(1)), (refused.Outcome, refused.RetryAfter));

        _clock.Advance(TimeSpan.FromMinutes(60));

        Assert.Equal(5, await SpendAsync(replica, 6, limit: 5));
    }

    [Fact]
    public async Task Take_RaisedLimit_CountsAtOnce()
    {
        var replica = Replica(time: _clock);
        await SpendAsync(replica, 6, limit: 5);

        Assert.Equal(3, await SpendAsync(replica, 4, limit: 8));
    }

    [Fact]
    public async Task TryTake_WarmQuota_AsksTheStoreForSlicesOnly()
    {
        var replica = Replica();

        Assert.Equal(5000, await SpendAsync(replica, 5000, limit: 1_000_000));

        Assert.InRange(_store.Leases, 1, 30);
    }

    [Fact]
    public async Task Sweep_IdleForAWhile_ReturnsTheRestAndForgets()
    {
        var replica = Replica(new LimitOptions { ReturnAfter = TimeSpan.FromSeconds(2) }, _clock);
        await SpendAsync(replica, 3);
        var window = Key.At(_clock.GetUtcNow());
        Assert.True((await _store.FindAsync(Key.Tenant, window, Cancellation))!.Value.Leased > 3);

        for (var sweep = 0; sweep < 5; sweep++)
        {
            await replica.SweepAsync();
        }

        Assert.Equal(new QuotaUse(3, 3, 1), await _store.FindAsync(Key.Tenant, window, Cancellation));
        Assert.Equal(0, replica.Count);
    }

    [Fact]
    public async Task Reset_UsedUp_BeginsAnewAndStaysExact()
    {
        QuotaKeeper[] replicas = [Replica(), Replica()];
        await SpendAsync(replicas[0], 40);
        Assert.Equal(60, await SpendAsync(replicas[1], 200, limit: 100));

        await _store.ResetAsync(Key.Tenant, Key.Subject, null, Cancellation);

        var taken = await Task.WhenAll(replicas.Select(replica => Task.Run(() => SpendAsync(replica, 150, limit: 100))));
        Assert.Equal(100, taken.Sum());
    }

    /// <summary>The lease is of the new count, and the books that asked for it are of the old one.</summary>
    [Fact]
    public async Task Reset_LeaseIsOnItsWay_IsReturned()
    {
        const int Few = QuotaDemand.Share / 2;
        var replica = Replica(time: _clock);
        Assert.Equal(3, await SpendAsync(replica, 3, Few));
        var stall = new TaskCompletionSource();
        _store.Stall = stall.Task;
        var leases = _store.Leases;
        var waiting = replica.TakeAsync(Key, Few, Cancellation).AsTask();
        await Patience.UntilAsync(() => _store.Leases > leases, "the lease is asked for", Cancellation);

        await _store.ResetAsync(Key.Tenant, Key.Subject, null, Cancellation);
        _store.Stall = null;
        stall.SetResult();
        Assert.Equal(QuotaOutcome.Taken, (await waiting).Outcome);
        await replica.DisposeAsync();

        Assert.Equal(new QuotaUse(1, 1, 2), await _store.FindAsync(Key.Tenant, Key.At(_clock.GetUtcNow()), Cancellation));
    }

    /// <summary>A counter that is forgotten meanwhile would keep what comes.</summary>
    [Fact]
    public async Task Sweep_LeaseIsLaterThanCallersWait_IsReturned()
    {
        const int Few = QuotaDemand.Share / 2;
        var replica = Replica(new LimitOptions { ReturnAfter = TimeSpan.FromSeconds(1) }, _clock);
        Assert.Equal(3, await SpendAsync(replica, 3, Few));
        var stall = new TaskCompletionSource();
        _store.Stall = stall.Task;
        var waiting = replica.TakeAsync(Key, Few, Cancellation).AsTask();
        await Patience.UntilAsync(() => waiting.IsCompleted, "the call is decided", Cancellation, () => _clock.Advance(TimeSpan.FromMilliseconds(50)));
        Assert.Equal(QuotaOutcome.Unknown, (await waiting).Outcome);
        for (var sweep = 0; sweep < 5; sweep++)
        {
            await replica.SweepAsync();
        }

        Assert.Equal(1, replica.Count);
        stall.SetResult();

        await Patience.UntilAsync(IsForgottenAsync, "the quota is forgotten", Cancellation);
        Assert.Equal(new QuotaUse(3, 3, 1), await _store.FindAsync(Key.Tenant, Key.At(_clock.GetUtcNow()), Cancellation));

        async Task<bool> IsForgottenAsync()
        {
            await replica.SweepAsync();
            return replica.Count == 0;
        }
    }

    [Theory]
    [InlineData(QuotaFallback.Share, 25)]
    [InlineData(QuotaFallback.Refuse, 0)]
    [InlineData(QuotaFallback.Allow, 120)]
    public async Task Take_StoreFails_FollowsTheOption(QuotaFallback fallback, int expected)
    {
        _store.Fails = true;
        var replica = Replica(new LimitOptions { OnStoreFailure = fallback, Replicas = 4 }, _clock);

        Assert.Equal(expected, await SpendAsync(replica, 120, limit: 100));
    }

    /// <summary>By default: a store that is only slow must not give what it was asked not to give.</summary>
    [Fact]
    public async Task Take_StoreStallsWhileTheLimitIsNear_NeverGivesMore()
    {
        QuotaKeeper[] replicas = [.. Enumerable.Range(0, 3).Select(_ => Replica(new LimitOptions { StoreTimeout = TimeSpan.FromMilliseconds(100) }))];
        var taken = await SpendAsync(replicas[0], 900) + await SpendAsync(replicas[1], 50);

        // On a busy machine a lease may take longer than the replica waits for it.
        Assert.InRange(taken, 1, 950);
        var stall = new TaskCompletionSource();
        _store.Stall = stall.Task;

        taken += (await Task.WhenAll(replicas.Select(replica => Task.Run(() => SpendAsync(replica, 400))))).Sum();
        Assert.InRange(taken, 1, Limit);
        _store.Stall = null;
        stall.SetResult();
        taken += (await Task.WhenAll(replicas.Select(replica => Task.Run(() => SpendAsync(replica, 400))))).Sum();

        Assert.InRange(taken, 1, Limit);
    }

    [Fact]
    public async Task Take_StoreIsBack_WhatWasBorrowedIsTakenOff()
    {
        _store.Fails = true;
        var replica = Replica(new LimitOptions { OnStoreFailure = QuotaFallback.Share, Replicas = 4 }, _clock);
        await SpendAsync(replica, 120, limit: 100);

        _store.Fails = false;
        _clock.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal(75, await SpendAsync(replica, 120, limit: 100));
    }

    [Fact]
    public async Task Take_StoreHangs_IsDecidedWithinItsTimeout()
    {
        _store.Hangs = true;
        var replica = Replica(new LimitOptions { OnStoreFailure = QuotaFallback.Refuse }, _clock);
        var waiting = replica.TakeAsync(Key, Limit, Cancellation).AsTask();

        // The lease is asked for on a thread of its own, so when its clock starts to run is not known here.
        await Patience.UntilAsync(() => waiting.IsCompleted, "the call is decided", Cancellation, () => _clock.Advance(TimeSpan.FromSeconds(1)));

        Assert.Equal(QuotaOutcome.Unknown, (await waiting).Outcome);
    }

    private QuotaKeeper Replica(LimitOptions? options = null, TimeProvider? time = null)
    {
        var replica = new LimitFixture(options, time, _store).Quotas;
        _store.Replicas.Add(replica);
        return replica;
    }

    private static async Task LeaseAsync(QuotaKeeper replica, int quotas)
    {
        for (var i = 0; i < quotas; i++)
        {
            Assert.Equal(QuotaOutcome.Taken, (await replica.TakeAsync(Key with { Subject = Guid.CreateVersion7() }, Limit, Cancellation)).Outcome);
        }
    }

    private static async Task<int> SpendAsync(QuotaKeeper replica, int calls, int limit = Limit)
    {
        var taken = 0;
        for (var call = 0; call < calls; call++)
        {
            if ((await replica.TakeAsync(Key, limit, Cancellation)).Outcome == QuotaOutcome.Taken)
            {
                taken++;
            }
        }

        return taken;
    }

    private sealed class CountingLog : ILogger<QuotaContext>
    {
        private int _lines;

        public int Lines => Volatile.Read(ref _lines);

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Interlocked.Increment(ref _lines);
    }
}
