using McpRegistry.Auditing;
using McpRegistry.Storage;
using McpRegistry.Tenancy;
using McpRegistry.TestSupport;
using McpRegistry.Writers;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace McpRegistry.Core.Tests.Auditing;

public sealed class AuditSinkRunnerTests
{
    private static readonly TenantId Alpha = new(Guid.CreateVersion7());
    private static readonly TenantId Beta = new(Guid.CreateVersion7());

    private readonly ManualTimeProvider _clock = new();
    private readonly InMemoryAuditStore _trail;
    private readonly InMemoryAuditSinkStore _positions;
    private readonly RecordingSink _sink = new();

    public AuditSinkRunnerTests()
    {
        var database = new InMemoryDatabase(_clock);
        (_trail, _positions) = (new InMemoryAuditStore(database), new InMemoryAuditSinkStore(database));
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task RunOnce_TwoTrails_DeliversEachInOrderInBatches()
    {
        await AppendAsync(Alpha, 5);
        await AppendAsync(Beta, 1);

        Assert.True(await Create(batchSize: 2).RunOnceAsync(Cancellation));

        Assert.Equal([1, 2, 3, 4, 5], _sink.Of(Alpha));
        Assert.Equal([1], _sink.Of(Beta));
        Assert.All(_sink.Batches, batch => Assert.InRange(batch.Count, 1, 2));
        Assert.False(await Create().RunOnceAsync(Cancellation));
    }

    [Fact]
    public async Task RunOnce_AfterARestart_GoesOnWhereItStopped()
    {
        await AppendAsync(Alpha, 3);
        await Create().RunOnceAsync(Cancellation);
        await AppendAsync(Alpha, 2);

        await Create().RunOnceAsync(Cancellation);

        Assert.Equal([1, 2, 3, 4, 5], _sink.Of(Alpha));
    }

    [Fact]
    public async Task RunOnce_SinkFails_WaitsLongerEachTimeAndLeavesNothingOut()
    {
        await AppendAsync(Alpha, 2);
        await AppendAsync(Beta, 1);
        var runner = Create();
        _sink.Fails = tenant => tenant == Alpha;

        Assert.True(await runner.RunOnceAsync(Cancellation));
        Assert.Equal([1], _sink.Of(Beta));
        Assert.Equal(1, _sink.Failures);

        // The wait is in the store, so no replica hammers a sink that is down.
        Assert.False(await runner.RunOnceAsync(Cancellation));
        Assert.False(await Create().RunOnceAsync(Cancellation));
        Assert.Equal(1, _sink.Failures);
        _clock.Advance(TimeSpan.FromMilliseconds(500));
        await runner.RunOnceAsync(Cancellation);
        Assert.Equal(2, _sink.Failures);
        _clock.Advance(TimeSpan.FromMilliseconds(999));
        await runner.RunOnceAsync(Cancellation);
        Assert.Equal(2, _sink.Failures);

        _sink.Fails = _ => false;
        _clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.True(await runner.RunOnceAsync(Cancellation));
        Assert.Equal([1, 2], _sink.Of(Alpha));
    }

    [Fact]
    public async Task RunOnce_AnotherHostDelivers_LeavesItsTenantAlone()
    {
        await AppendAsync(Alpha, 1);
        await AppendAsync(Beta, 1);
        _sink.Gate = new TaskCompletionSource();
        _sink.Gated = Alpha;
        var first = Create().RunOnceAsync(Cancellation);
        await _sink.Entered.Task.WaitAsync(Cancellation);

        // However the first goes through the tenants, Alpha is in its hands.
        await Create().RunOnceAsync(Cancellation);
        Assert.Empty(_sink.Of(Alpha));
        _sink.Gate.SetResult();
        await first;

        Assert.Equal([1], _sink.Of(Alpha));
        Assert.Equal([1], _sink.Of(Beta));
    }

    [Fact]
    public async Task RunOnce_HostKilledAfterADelivery_DeliversAgainAndNothingIsLeftOut()
    {
        await AppendAsync(Alpha, 2);

        // Killed between the delivery and its note: the position is held, and what was delivered is not noted.
        var dead = Guid.CreateVersion7();
        Assert.Equal(0, await _positions.TryHoldAsync(Alpha, _sink.Name, dead, _clock.GetUtcNow(), _clock.GetUtcNow().AddMinutes(1), Cancellation));
        var runner = Create();
        Assert.False(await runner.RunOnceAsync(Cancellation));

        _clock.Advance(TimeSpan.FromMinutes(1));
        Assert.True(await runner.RunOnceAsync(Cancellation));

        Assert.Equal([1, 2], _sink.Of(Alpha));
    }

    [Fact]
    public async Task RunOnce_SinkNeverAnswers_IsCutOffAndTriedAgain()
    {
        await AppendAsync(Alpha, 1);
        _sink.Gate = new TaskCompletionSource();
        _sink.Gated = Alpha;
        var runner = Create();
        var hanging = runner.RunOnceAsync(Cancellation);
        await _sink.Entered.Task.WaitAsync(Cancellation);

        _clock.Advance(TimeSpan.FromSeconds(30));
        Assert.False(await hanging);
        _sink.Gate = null;
        _clock.Advance(TimeSpan.FromMilliseconds(500));
        Assert.True(await runner.RunOnceAsync(Cancellation));

        Assert.Equal([1], _sink.Of(Alpha));
    }

    [Fact]
    public async Task RunOnce_SinkIgnoresItsToken_GetsNothingUntilItHasEndedAndLeavesNothingOut()
    {
        await AppendAsync(Alpha, 1);
        _sink.Gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        (_sink.Gated, _sink.IsDeaf) = (Alpha, true);
        var runner = Create();
        var hanging = runner.RunOnceAsync(Cancellation);
        await _sink.Entered.Task.WaitAsync(Cancellation);

        _clock.Advance(TimeSpan.FromSeconds(30));
        Assert.False(await hanging);
        await AppendAsync(Beta, 1);
        _clock.Advance(TimeSpan.FromMinutes(1));
        Assert.False(await runner.RunOnceAsync(Cancellation));
        Assert.Empty(_sink.Batches);

        _sink.Gate.SetResult();
        await _sink.Ended.Task.WaitAsync(Cancellation);
        await Patience.UntilAsync(() => runner.RunOnceAsync(Cancellation), "the sink is served again", Cancellation);

        // What ended too late for its note comes again, in order.
        Assert.Equal([1, 1], _sink.Of(Alpha));
        Assert.Equal([1], _sink.Of(Beta));
    }

    [Fact]
    public async Task Run_HostStopsAndTheSinkIgnoresItsToken_Ends()
    {
        await AppendAsync(Alpha, 1);
        _sink.Gate = new TaskCompletionSource();
        (_sink.Gated, _sink.IsDeaf) = (Alpha, true);
        using var stopping = new CancellationTokenSource();
        var running = Create().RunAsync(stopping.Token);
        await _sink.Entered.Task.WaitAsync(Cancellation);

        await stopping.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running.WaitAsync(Cancellation));
    }

    [Fact]
    public async Task RunOnce_HostStopsInADelivery_GivesThePositionBack()
    {
        await AppendAsync(Alpha, 1);
        _sink.Gate = new TaskCompletionSource();
        _sink.Gated = Alpha;
        using var stopping = new CancellationTokenSource();
        var running = Create().RunOnceAsync(stopping.Token);
        await _sink.Entered.Task.WaitAsync(Cancellation);

        await stopping.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        _sink.Gate = null;

        Assert.True(await Create().RunOnceAsync(Cancellation));
        Assert.Equal([1], _sink.Of(Alpha));
    }

    private AuditSinkRunner Create(int batchSize = 200) => new(
        _sink, _positions, _trail, new AuditOptions { SinkBatchSize = batchSize }, new WriterOptions(), _clock, NullLogger.Instance);

    private async Task AppendAsync(TenantId tenant, int count) => await _trail.AppendAsync(
        [
            .. Enumerable.Range(0, count).Select(_ => new AuditEvent
            {
                Id = Guid.CreateVersion7(), Tenant = tenant, OccurredAt = _clock.GetUtcNow(), Action = "ping", ResourceType = "gateway",
            }),
        ],
        Cancellation);

    private sealed class RecordingSink : IAuditSink
    {
        private readonly List<IReadOnlyList<ChainedAuditEvent>> _batches = [];

        public string Name => "recording";

        public IReadOnlyList<IReadOnlyList<ChainedAuditEvent>> Batches => _batches;

        public Func<TenantId, bool> Fails { get; set; } = _ => false;

        public int Failures { get; private set; }

        public TaskCompletionSource? Gate { get; set; }

        public TenantId? Gated { get; set; }

        public bool IsDeaf { get; set; }

        public TaskCompletionSource Ended { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Entered { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public long[] Of(TenantId tenant) => [.. _batches.SelectMany(rows => rows).Where(row => row.Event.Tenant == tenant).Select(row => row.Sequence)];

        public async ValueTask DeliverAsync(TenantId tenant, IReadOnlyList<ChainedAuditEvent> rows, CancellationToken cancellationToken)
        {
            if (Gate is { } gate && tenant == Gated)
            {
                Entered.TrySetResult();
                await (IsDeaf ? gate.Task : gate.Task.WaitAsync(cancellationToken));
            }

            if (Fails(tenant))
            {
                Failures++;
                throw new IOException("The disk is full.");
            }

            _batches.Add(rows);
            Ended.TrySetResult();
        }
    }
}
