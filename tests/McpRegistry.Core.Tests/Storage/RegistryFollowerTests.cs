using McpRegistry.Storage;
using McpRegistry.Tenancy;
using McpRegistry.TestSupport;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace McpRegistry.Core.Tests.Storage;

public sealed class RegistryFollowerTests : IAsyncDisposable
{
    private readonly ScriptedFeed _feed = new();
    private readonly RecordingHandler _handler = new();
    private readonly ManualTimeProvider _clock = new();
    private readonly RegistryFollower _follower;

    public RegistryFollowerTests() =>
        _follower = new RegistryFollower(_feed, _feed, [_handler], _clock, NullLogger<RegistryFollower>.Instance);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _follower.DisposeAsync();

    [Fact]
    public async Task Start_AfterALoad_AppliesWhatFollowsItsRevision()
    {
        _feed.Write(5);
        _follower.LoadedAt(2);

        _follower.Start();
        await _handler.WaitAsync(3, Cancellation);
        _clock.Advance(TimeSpan.FromSeconds(3));
        _feed.Write(1);
        await _handler.WaitAsync(4, Cancellation);
        await _follower.StopAsync();

        Assert.Equal([3, 4, 5, 6], _handler.Applied);
        Assert.True(_follower.State.Connected);
        Assert.Equal((6, TimeSpan.FromSeconds(3)), (_follower.State.Revision, _follower.State.Lag));
    }

    [Fact]
    public async Task Feed_Fails_ShowsItAndGoesOnWhereItWas()
    {
        _feed.Write(2);
        _follower.Start();
        await _handler.WaitAsync(2, Cancellation);

        _feed.Fail(new InvalidOperationException("The database is down."));
        await UntilAsync(() => !_follower.State.Connected);
        Assert.Equal("The database is down.", _follower.State.Fault!.Message);
        Assert.Equal(2, _follower.State.Revision);
        _feed.Write(2);
        _feed.Fail(null);
        await UntilAsync(() => _follower.State.Connected, advance: true);
        await _handler.WaitAsync(4, Cancellation);

        Assert.Null(_follower.State.Fault);
        Assert.Equal([1, 2, 3, 4], _handler.Applied);
    }

    [Fact]
    public async Task Handler_FailsOnce_IsGivenTheSameChangeAgain()
    {
        _handler.FailuresOf[2] = 1;
        _feed.Write(3);

        _follower.Start();
        await UntilAsync(() => _handler.Applied.Count == 3, advance: true);

        Assert.Equal([1, 2, 3], _handler.Applied);
        Assert.Equal(2, _handler.AttemptsOf[2]);
    }

    [Fact]
    public async Task Handler_AlwaysFailsOnOneChange_LeavesItOutAndGoesOn()
    {
        _handler.FailuresOf[2] = int.MaxValue;
        _feed.Write(3);

        _follower.Start();
        await UntilAsync(() => _handler.Applied.Count == 2, advance: true);

        Assert.Equal([1, 3], _handler.Applied);
        Assert.Equal(5, _handler.AttemptsOf[2]);
    }

    [Fact]
    public async Task Reset_ReloadsAndGoesOnAfterIt()
    {
        _feed.Write(2, RegistryChangeKind.Reset);
        _feed.Write(1);
        _follower.Start();
        await _handler.WaitAsync(1, Cancellation);

        Assert.Equal(2, _handler.Reloads);
        Assert.Equal([3], _handler.Applied);
    }

    /// <summary>A revocation must not wait for what others read of the store, nor be left out because they fail.</summary>
    [Fact]
    public async Task Handlers_OfAllKinds_HearOfAChangeInTheOrderOfTheirPrecedence()
    {
        var order = new List<ChangePrecedence>();
        var last = new TaskCompletionSource();
        IChangeHandler[] handlers =
        [
            new OrderedHandler(ChangePrecedence.OpenStreams, value => { order.Add(value); last.TrySetResult(); }),
            new OrderedHandler(ChangePrecedence.Usual, order.Add),
            new OrderedHandler(ChangePrecedence.Callers, order.Add),
            new OrderedHandler(ChangePrecedence.Keys, order.Add),
        ];
        await using var follower = new RegistryFollower(_feed, _feed, handlers, _clock, NullLogger<RegistryFollower>.Instance);
        _feed.Write(1);

        follower.Start();
        await last.Task.WaitAsync(TimeSpan.FromMinutes(2), Cancellation);

        Assert.Equal([ChangePrecedence.Keys, ChangePrecedence.Callers, ChangePrecedence.Usual, ChangePrecedence.OpenStreams], order);
    }

    [Fact]
    public async Task Stop_WhileWaiting_EndsAndMayBeCalledAgain()
    {
        _follower.Start();
        await UntilAsync(() => _follower.State.Connected);

        await _follower.StopAsync().WaitAsync(TimeSpan.FromMinutes(2), Cancellation);
        await _follower.StopAsync();
        await _follower.DisposeAsync();
        await _follower.StopAsync();
        await _follower.DisposeAsync();
    }

    private Task UntilAsync(Func<bool> condition, bool advance = false) => Patience.UntilAsync(
        condition, "the follower is where it should be", Cancellation, advance ? () => _clock.Advance(TimeSpan.FromSeconds(10)) : null);

    /// <summary>A feed whose store can go down.</summary>
    private sealed class ScriptedFeed : IRegistryChangeFeed, IRevisionStore
    {
        private readonly Lock _lock = new();
        private readonly List<RegistryChange> _changes = [];
        private TaskCompletionSource _next = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private Exception? _fault;

        public void Write(int count, RegistryChangeKind kind = RegistryChangeKind.Server) => Change(() =>
        {
            for (var i = 0; i < count; i++)
            {
                _changes.Add(new RegistryChange { Revision = _changes.Count + 1, Kind = kind, OccurredAt = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero) });
            }
        });

        public void Fail(Exception? fault) => Change(() => _fault = fault);

        public async IAsyncEnumerable<RegistryChange> WatchAsync(
            long afterRevision, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
        {
            while (true)
            {
                RegistryChange? change;
                Task next;
                lock (_lock)
                {
                    change = _fault is { } fault ? throw fault : _changes.ElementAtOrDefault((int)afterRevision);
                    next = _next.Task;
                }

                if (change is null)
                {
                    await next.WaitAsync(cancellationToken);
                    continue;
                }

                afterRevision = change.Revision;
                yield return change;
            }
        }

        public ValueTask<long> GetAsync(CancellationToken cancellationToken)
        {
            lock (_lock)
            {
                return _fault is null ? new(_changes.Count) : ValueTask.FromException<long>(_fault);
            }
        }

        public ValueTask<long> GetAsync(TenantId tenant, CancellationToken cancellationToken) => throw new NotSupportedException();

        private void Change(Action change)
        {
            lock (_lock)
            {
                change();
                _next.SetResult();
                _next = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }
        }
    }

    private sealed class OrderedHandler(ChangePrecedence precedence, Action<ChangePrecedence> told) : IChangeHandler
    {
        public ChangePrecedence Precedence => precedence;

        public ValueTask ApplyAsync(RegistryChange change, CancellationToken cancellationToken)
        {
            told(precedence);
            return ValueTask.CompletedTask;
        }

        public ValueTask ReloadAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;
    }

    private sealed class RecordingHandler : IChangeHandler
    {
        private readonly SemaphoreSlim _arrivals = new(0);
        private int _taken;

        public List<long> Applied { get; } = [];

        public Dictionary<long, int> FailuresOf { get; } = [];

        public Dictionary<long, int> AttemptsOf { get; } = [];

        public int Reloads { get; private set; }

        public ValueTask ApplyAsync(RegistryChange change, CancellationToken cancellationToken)
        {
            AttemptsOf[change.Revision] = AttemptsOf.GetValueOrDefault(change.Revision) + 1;
            if (AttemptsOf[change.Revision] <= FailuresOf.GetValueOrDefault(change.Revision))
            {
                throw new InvalidOperationException("This change cannot be applied.");
            }

            Applied.Add(change.Revision);
            _arrivals.Release();
            return ValueTask.CompletedTask;
        }

        public ValueTask ReloadAsync(CancellationToken cancellationToken)
        {
            Reloads++;
            return ValueTask.CompletedTask;
        }

        public async Task WaitAsync(int total, CancellationToken cancellationToken)
        {
            for (; _taken < total; _taken++)
            {
                Assert.True(await _arrivals.WaitAsync(TimeSpan.FromMinutes(2), cancellationToken));
            }
        }
    }
}
