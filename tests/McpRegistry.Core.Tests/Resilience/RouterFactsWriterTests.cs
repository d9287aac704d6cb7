using System.Threading.Channels;
using McpRegistry.Core.Tests.Snapshots;
using McpRegistry.Core.Tests.Supervision;
using McpRegistry.Discovery;
using McpRegistry.Gateway;
using McpRegistry.Resilience;
using McpRegistry.Snapshots;
using McpRegistry.Tenancy;
using McpRegistry.TestSupport;
using McpRegistry.Upstream;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Xunit;

namespace McpRegistry.Core.Tests.Resilience;

/// <summary>The rounds of the writer, and its start and its end, with a store that the test answers for.</summary>
public sealed class RouterFactsWriterTests : IRequestQueueStore, IConnectionPoolStore, ILogger<RouterFactsWriter>
{
    private readonly SignallingTimeProvider _time = new();
    private readonly RegistrySnapshots _snapshots = new();
    private readonly Channel<IReadOnlyCollection<RequestQueueSnapshot>> _saved = Channel.CreateUnbounded<IReadOnlyCollection<RequestQueueSnapshot>>();
    private readonly List<int> _logged = [];
    private readonly TaskCompletionSource _hanging = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Gated _connections;
    private bool _isAway;
    private bool _hangs;

    public RouterFactsWriterTests()
    {
        _connections = new Gated(new CallGate(1, new QueueOptions(), _time));
        _snapshots.Set(SnapshotSample.Entry("a", connections: _connections));
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Rounds_StoreIsAwayForAWhile_GoOnAndWriteOnceItIsBack()
    {
        _isAway = true;
        using var writer = Create(TimeSpan.FromSeconds(15));
        await writer.StartAsync(Cancellation);

        // Each round is over when it waits for the next one.
        _time.Clock.Advance(await NextAsync(TimeSpan.Zero));
        _time.Clock.Advance(await NextAsync(TimeSpan.FromSeconds(15)));
        var wait = await NextAsync(TimeSpan.FromSeconds(15));
        Assert.Equal([3101, 3101], _logged);

        _isAway = false;
        _time.Clock.Advance(wait);
        Assert.Equal("a", Assert.Single(await _saved.Reader.NextAsync("it is written", Cancellation)).Instance);
        wait = await NextAsync(TimeSpan.FromSeconds(15));
        Assert.Equal(2, _logged.Count);

        // Nothing has changed.
        _time.Clock.Advance(wait);
        await NextAsync(TimeSpan.FromSeconds(15));
        Assert.False(_saved.Reader.TryRead(out _));
        await writer.StopAsync(Cancellation);
    }

    [Fact]
    public async Task StartAsync_SwitchedOff_NeverWrites()
    {
        using var writer = Create(TimeSpan.Zero);

        await writer.StartAsync(Cancellation);
        _time.Clock.Advance(TimeSpan.FromHours(1));
        await writer.StopAsync(Cancellation);

        Assert.False(_saved.Reader.TryRead(out _));
    }

    [Fact]
    public async Task StartAsync_StoreKnowsNoFacts_DoesNothing()
    {
        using var writer = Create(TimeSpan.FromSeconds(15), hasStores: false);

        await writer.StartAsync(Cancellation);
        _time.Clock.Advance(TimeSpan.FromHours(1));
        await writer.StopAsync(Cancellation);

        Assert.Empty(_logged);
    }

    [Fact]
    public async Task StopAsync_StoreHangs_LeavesTheWriteBehind()
    {
        _hangs = true;
        using var writer = Create(TimeSpan.FromSeconds(15));
        await writer.StartAsync(Cancellation);
        _time.Clock.Advance(await NextAsync(TimeSpan.Zero));
        await _saved.Reader.NextAsync("it is being written", Cancellation);

        var stopping = writer.StopAsync(Cancellation);
        Assert.Equal(TimeSpan.FromSeconds(5), await _time.NextDelayAsync());
        Assert.False(stopping.IsCompleted);
        _time.Clock.Advance(TimeSpan.FromSeconds(5));
        await stopping.WaitAsync(Patience.Limit, Cancellation);

        Assert.Equal([3102], _logged);
        _hanging.SetResult();
    }

    [Theory]
    [InlineData("00:00:00", "00:01:00", true)]
    [InlineData("00:00:01", "00:01:00", true)]
    [InlineData("00:00:15", "00:01:00", true)]
    [InlineData("00:00:16", "00:01:00", false)]
    [InlineData("00:00:00.9", "00:01:00", false)]
    public void Validate_Times_HaveToFit(string interval, string lifetime, bool expected)
    {
        var options = new RouterFactsOptions { Interval = TimeSpan.Parse(interval, null), Lifetime = TimeSpan.Parse(lifetime, null) };

        Assert.Equal(expected, new RouterFactsOptionsValidator().Validate(null, options).Succeeded);
    }

    public async ValueTask<int> SaveAsync(TenantId tenant, IReadOnlyCollection<RequestQueueSnapshot> snapshots, CancellationToken cancellationToken)
    {
        if (_isAway)
        {
            throw new IOException("The store is away.");
        }

        _saved.Writer.TryWrite(snapshots);
        if (_hangs)
        {
            await _hanging.Task;
        }

        return snapshots.Count;
    }

    ValueTask<IReadOnlyList<RequestQueueSnapshot>> IRequestQueueStore.ListAsync(TenantId tenant, Guid serverId, CancellationToken cancellationToken) => new([]);

    public ValueTask<int> DeleteUnseenAsync(DateTimeOffset notSeenSince, CancellationToken cancellationToken) => new(0);

    public ValueTask<int> SaveAsync(TenantId tenant, IReadOnlyCollection<ConnectionPoolSnapshot> snapshots, CancellationToken cancellationToken) => new(snapshots.Count);

    ValueTask<IReadOnlyList<ConnectionPoolSnapshot>> IConnectionPoolStore.ListAsync(TenantId tenant, Guid serverId, CancellationToken cancellationToken) => new([]);

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    void ILogger.Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => _logged.Add(eventId.Id);

    private async Task<TimeSpan> NextAsync(TimeSpan least)
    {
        var wait = await _time.NextDelayAsync();
        Assert.InRange(wait, least, least == TimeSpan.Zero ? TimeSpan.FromSeconds(15) : least * 1.25);
        return wait;
    }

    private RouterFactsWriter Create(TimeSpan interval, bool hasStores = true)
    {
        var gateway = Options.Create(new GatewayOptions { InstanceName = "a" });
        var options = Options.Create(new RouterFactsOptions { Interval = interval });
        var facts = new RouterFacts(new ReplicaName(gateway), new CallPolicies(Options.Create(new ResilienceOptions()), gateway));
        return new RouterFactsWriter(new ChangedFacts(facts, _snapshots, options, _time, hasStores ? this : null, hasStores ? this : null), options, _time, this);
    }

    private sealed class Gated(CallGate gate) : IServerConnections
    {
        public CallGate? Gate => gate;

        public ValueTask<LeaseResult> AcquireAsync(ISessionOwner owner, CancellationToken cancellationToken) => throw new NotSupportedException();

        public ValueTask<IReadOnlyList<ConnectionLease>> AcquireOpenAsync(ISessionOwner owner, CancellationToken cancellationToken) => throw new NotSupportedException();

        public ValueTask<DiscoveryReport?> RereadAsync(CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
