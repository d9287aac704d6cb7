using McpRegistry.Auditing;
using McpRegistry.Core.Tests.Upstream;
using McpRegistry.Gateway;
using McpRegistry.Resilience;
using McpRegistry.Servers;
using McpRegistry.Storage;
using McpRegistry.Telemetry;
using McpRegistry.Tenancy;
using McpRegistry.TestSupport;
using McpRegistry.Writers;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Xunit;

namespace McpRegistry.Core.Tests.Resilience;

/// <summary>What an operator decides about a breaker, while it goes on by itself here and on another replica.</summary>
public sealed class CircuitBreakerDeskTests : IAsyncLifetime, IDisposable
{
    private static readonly CircuitBreakerOptions Settings = new() { Mode = CircuitBreakerMode.ConsecutiveFailures, ConsecutiveFailures = 3, SuccessThreshold = 1 };

    private readonly ManualTimeProvider _clock = new();
    private readonly RegisteredServer _server = SampleServers.Of("a");
    private readonly RegistryMeter _meter = new();
    private readonly Interrupted _store;
    private readonly InMemoryDatabase _database;
    private readonly CircuitStateWriter _writer;

    public CircuitBreakerDeskTests()
    {
        _database = new InMemoryDatabase(_clock);
        _store = new Interrupted(new InMemoryCircuitBreakerStore(_database));
        _writer = new CircuitStateWriter(Options.Create(new WriterOptions()), new WriterInstruments(_meter), TimeProvider.System, NullLogger<CircuitStateWriter>.Instance, _store);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private Guid EndpointId => _server.Endpoints[0].Id;

    public async ValueTask InitializeAsync()
    {
        Assert.True((await new InMemoryServerStore(_database, new InMemoryServerTable()).AddAsync(_server.Tenant, _server, null, Cancellation)).Succeeded);
        _writer.Start();
    }

    public ValueTask DisposeAsync() => _writer.DisposeAsync();

    public void Dispose() => _meter.Dispose();

    /// <summary>The other replica has not heard of the decision when its probe succeeds.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Isolate_ProbeOfAnotherReplicaEndsLater_StaysIsolatedEverywhere(bool succeeds)
    {
        var here = Replica();
        var there = Replica();
        Trip(there.Find(EndpointId)!);
        await _writer.FlushAsync();
        Assert.True(here.Find(EndpointId)!.Apply((await StoredAsync())!));
        _clock.Advance(Settings.BreakDuration);
        Assert.True(there.Find(EndpointId)!.TryEnter(out var probe));
        Assert.True(await ActAsync(here, CircuitAction.Isolate));
        _clock.Advance(TimeSpan.FromSeconds(1));

        there.Find(EndpointId)!.Note(probe, succeeds ? CircuitVerdict.Success : CircuitVerdict.Failure);
        await _writer.FlushAsync();

        Assert.Equal((CircuitState.Isolated, CircuitState.Isolated), ((await StoredAsync())!.State, there.Find(EndpointId)!.State));
        Assert.True(await ActAsync(there, CircuitAction.Close));
        Assert.Equal((CircuitState.Closed, CircuitState.Closed), ((await StoredAsync())!.State, there.Find(EndpointId)!.State));
    }

    /// <summary>A trip that comes while the decision is stored is newer than it, and would be saved over it.</summary>
    [Theory]
    [InlineData("Isolate", CircuitState.Isolated)]
    [InlineData("Close", CircuitState.Closed)]
    [InlineData("Reset", CircuitState.Closed)]
    public async Task Act_BreakerTripsMeanwhile_TheDecisionHasTheLastWord(string action, CircuitState expected)
    {
        var here = Replica();
        var breaker = here.Find(EndpointId)!;
        _store.Meanwhile = () =>
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            Trip(breaker);
        };

        Assert.True(await ActAsync(here, Enum.Parse<CircuitAction>(action)));
        await _writer.FlushAsync();

        Assert.Equal((expected, expected), ((await StoredAsync())!.State, breaker.State));
    }

    /// <summary>The trip that comes first is saved last, and loses against the other: it is told all the same, and only once.</summary>
    [Fact]
    public async Task Save_TripsOfTwoReplicasAtOnce_AreBothInTheHistory()
    {
        var there = Replica("there").Find(EndpointId)!;
        var here = Replica("here", saves: false).Find(EndpointId)!;
        Trip(here);
        _clock.Advance(TimeSpan.FromSeconds(1));
        Trip(there);
        await _writer.FlushAsync();

        _writer.Write(here);
        await _writer.FlushAsync();
        _writer.Write(there);
        await _writer.FlushAsync();

        var stored = (await StoredAsync())!;
        Assert.Equal(["here", "there"], stored.History.Transitions.Select(static change => change.Instance));
        Assert.Equal((stored.History, stored.History), (here.History, there.History));
        Assert.Equal((CircuitState.Open, there.Current), (stored.State, here.Current));
    }

    /// <summary>A replica that has not heard of the reset yet saves what it knows.</summary>
    [Fact]
    public async Task Reset_AnotherReplicaSavesLater_OnlyWhatCameAfterItIsLeft()
    {
        var here = Replica("here");
        var there = Replica("there").Find(EndpointId)!;
        Trip(there);
        await _writer.FlushAsync();
        here.Find(EndpointId)!.Apply((await StoredAsync())!);
        _clock.Advance(Settings.BreakDuration);
        Assert.True(await ActAsync(here, CircuitAction.Reset));
        Assert.True(there.TryEnter(out var probe));
        _clock.Advance(TimeSpan.FromSeconds(1));
        there.Note(probe, CircuitVerdict.Success);
        await _writer.FlushAsync();

        var stored = (await StoredAsync())!;
        Assert.Equal(["here", "there"], stored.History.Transitions.Where(static change => change.State == CircuitState.Closed).Select(static change => change.Instance));
        Assert.DoesNotContain(stored.History.Transitions, static change => change.State == CircuitState.Open);
        Assert.Equal(stored.History, there.History);
    }

    private static void Trip(EndpointBreaker breaker)
    {
        for (var i = 0; i < Settings.ConsecutiveFailures; i++)
        {
            breaker.Note(0, CircuitVerdict.Failure);
        }

        Assert.Equal(CircuitState.Open, breaker.State);
    }

    private CircuitBreakers Replica(string? name = null, bool saves = true)
    {
        var gateway = Options.Create(new GatewayOptions { InstanceName = name });
        var breakers = new CircuitBreakers(Options.Create(Settings), _clock, NullLogger<CircuitBreakers>.Instance, gateway, saves ? _writer : null);
        breakers.Take(_server, _server.Endpoints[0]);
        return breakers;
    }

    private ValueTask<bool> ActAsync(CircuitBreakers breakers, CircuitAction action) =>
        new CircuitBreakerDesk(breakers, _store, new ChangeAudit(_clock)).ActAsync(breakers.Find(EndpointId)!, action, null, AuditActor.System, Cancellation);

    private ValueTask<CircuitBreakerSnapshot?> StoredAsync() => _store.FindAsync(_server.Tenant, EndpointId, Cancellation);

    /// <summary>Lets something happen once, between a decision in the store and its return.</summary>
    private sealed class Interrupted(ICircuitBreakerStore store) : ICircuitBreakerStore
    {
        public Action? Meanwhile { get; set; }

        public ValueTask<StoreResult<CircuitBreakerSnapshot>> SaveAsync(TenantId tenant, CircuitBreakerSnapshot snapshot, CancellationToken cancellationToken) =>
            store.SaveAsync(tenant, snapshot, cancellationToken);

        public async ValueTask<StoreResult<CircuitBreakerSnapshot>> DecideAsync(
            TenantId tenant, CircuitBreakerSnapshot snapshot, AuditEvent? audit, CancellationToken cancellationToken)
        {
            var result = await store.DecideAsync(tenant, snapshot, audit, cancellationToken);
            var meanwhile = Meanwhile;
            Meanwhile = null;
            meanwhile?.Invoke();
            return result;
        }

        public ValueTask<CircuitBreakerSnapshot?> FindAsync(TenantId tenant, Guid endpointId, CancellationToken cancellationToken) =>
            store.FindAsync(tenant, endpointId, cancellationToken);

        public ValueTask<IReadOnlyList<CircuitBreakerSnapshot>> ListOpenAsync(TenantId tenant, Guid? afterEndpointId, int limit, CancellationToken cancellationToken) =>
            store.ListOpenAsync(tenant, afterEndpointId, limit, cancellationToken);

        public IAsyncEnumerable<CircuitBreakerSnapshot> ReadAllAsync(CancellationToken cancellationToken) => store.ReadAllAsync(cancellationToken);
    }
}
