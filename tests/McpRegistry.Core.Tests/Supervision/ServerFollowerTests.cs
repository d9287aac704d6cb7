using McpRegistry.Auditing;
using McpRegistry.Balancing;
using McpRegistry.Core.Tests.Balancing;
using McpRegistry.Core.Tests.Gateway.Caching;
using McpRegistry.Core.Tests.Upstream;
using McpRegistry.Discovery;
using McpRegistry.Resilience;
using McpRegistry.Servers;
using McpRegistry.Snapshots;
using McpRegistry.Storage;
using McpRegistry.Supervision;
using McpRegistry.Tenancy;
using McpRegistry.TestSupport;
using McpRegistry.Upstream;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Xunit;

namespace McpRegistry.Core.Tests.Supervision;

public sealed class ServerFollowerTests : IAsyncDisposable
{
    private readonly ManualTimeProvider _clock = new();
    private readonly RegistrySnapshots _snapshots = new();
    private readonly RegisteredServer _server = SampleServers.Of("a");
    private readonly InMemoryServerStore _store;
    private readonly CircuitBreakers _breakers;
    private readonly ServerSupervisor _supervisor;
    private readonly BreakerStore _states;
    private readonly ServerFollower _follower;

    public ServerFollowerTests()
    {
        var options = Options.Create(new UpstreamOptions());
        _store = new InMemoryServerStore(new InMemoryDatabase(_clock), new InMemoryServerTable());
        _breakers = BalancingSample.Breakers(_clock);
        var context = new SupervisionContext(
            new CapabilityDiscovery(options, _clock), _store, _snapshots, CacheSample.Cache(_snapshots, _clock), options, _clock, NullLogger<SupervisionContext>.Instance);
        _supervisor = new ServerSupervisor(context, new FakeConnector(), _snapshots, _store, BalancingSample.Context(new BalancingOptions(), _clock), _breakers, options, _clock);
        _states = new BreakerStore(_snapshots, _server, _clock);
        _follower = new ServerFollower(_store, _supervisor, _snapshots, _breakers, new CircuitBreakerFollower(_states, _breakers));
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _supervisor.DisposeAsync();

    /// <summary>The change feed has lost both: that the server was registered, and that an operator isolated its endpoint.</summary>
    [Fact]
    public async Task ReloadAsync_ServerWhoseEndpointWasIsolatedElsewhere_GetsNoCallFromTheStart()
    {
        await _store.AddAsync(_server.Tenant, _server, null, Cancellation);

        await _follower.ReloadAsync(Cancellation);

        Assert.Equal(_server.Id, Assert.Single(_snapshots.Current.Servers).Key);
        Assert.Equal(CircuitState.Isolated, _breakers.Find(_server.Endpoints[0].Id)!.State);
        Assert.Equal([0], _states.ServersAtRead);
    }

    [Fact]
    public async Task ReloadAsync_ServerThatGoesAgain_LeavesNoBreaker()
    {
        await _store.AddAsync(_server.Tenant, _server, null, Cancellation);
        await _follower.ReloadAsync(Cancellation);
        await _store.DeleteAsync(_server.Tenant, _server.Id, null, null, Cancellation);

        await _follower.ReloadAsync(Cancellation);
        await _supervisor.DisposeAsync();

        Assert.Empty(_breakers.All());
    }

    /// <summary>Has one isolated breaker, and notes how many servers are served whenever it is read.</summary>
    private sealed class BreakerStore(RegistrySnapshots snapshots, RegisteredServer server, TimeProvider time) : ICircuitBreakerStore
    {
        public List<int> ServersAtRead { get; } = [];

        public async IAsyncEnumerable<CircuitBreakerSnapshot> ReadAllAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
        {
            await Task.CompletedTask;
            ServersAtRead.Add(snapshots.Current.Servers.Count);
            yield return new CircuitBreakerSnapshot
            {
                EndpointId = server.Endpoints[0].Id, ServerId = server.Id, Tenant = server.Tenant, State = CircuitState.Isolated, LastStateChange = time.GetUtcNow(),
            };
        }

        public ValueTask<StoreResult<CircuitBreakerSnapshot>> SaveAsync(TenantId tenant, CircuitBreakerSnapshot snapshot, CancellationToken cancellationToken) => throw new NotSupportedException();

        public ValueTask<StoreResult<CircuitBreakerSnapshot>> DecideAsync(TenantId tenant, CircuitBreakerSnapshot snapshot, AuditEvent? audit, CancellationToken cancellationToken) => throw new NotSupportedException();

        public ValueTask<CircuitBreakerSnapshot?> FindAsync(TenantId tenant, Guid endpointId, CancellationToken cancellationToken) => throw new NotSupportedException();

        public ValueTask<IReadOnlyList<CircuitBreakerSnapshot>> ListOpenAsync(TenantId tenant, Guid? afterEndpointId, int limit, CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
