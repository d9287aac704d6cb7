using McpRegistry.Balancing;
using McpRegistry.Core.Tests.Balancing;
using McpRegistry.Discovery;
using McpRegistry.Resilience;
using McpRegistry.Servers;
using McpRegistry.TestSupport;
using McpRegistry.Upstream;
using Xunit;

namespace McpRegistry.Core.Tests.Upstream;

/// <summary>What calls say of their endpoint to those who come after them.</summary>
public sealed class ConnectionLeaseTests
{
    private static readonly UpstreamFault Died = new(FaultReasons.ProcessExited, "m", MayHaveRun: true);
    private static readonly UpstreamFault Refused = new(FaultReasons.HttpError, "m", MayHaveRun: false) { HttpStatus = 413 };
    private readonly ManualTimeProvider _clock = new();

    [Theory]
    [InlineData(FaultReasons.HttpError, 429, 1L)]
    [InlineData(FaultReasons.Unauthorized, 403, 1L)]
    [InlineData(FaultReasons.TooLarge, 0, 0L)]
    public void Answered_RefusalOfOneCaller_SaysNeitherThatTheEndpointFailsNorThatItIsFast(string reason, int status, long judged)
    {
        var load = Load(TransportKind.StreamableHttp);
        for (var i = 0; i < 50; i++)
        {
            Exchange(new Lease(new FakeConnection()), load, new UpstreamFault(reason, "m") { HttpStatus = status });
        }

        Assert.Equal((1.0, TimeSpan.Zero, TimeSpan.Zero, 50L, 0L), (load.SuccessRate, load.MeanLatency, load.PeakLatency, load.Total, load.Failed));
        Assert.Equal((CircuitState.Closed, 50 * judged), (load.Breaker.State, load.Breaker.Totals.Requests));
    }

    /// <summary>A process takes all its calls with it, and its successor is there at once: that is one failure and not fifty.</summary>
    [Fact]
    public void Answered_ProcessDiesUnderManyCalls_CountsOnce()
    {
        var load = Load(TransportKind.Stdio);
        var process = new FakeConnection();
        for (var i = 0; i < 50; i++)
        {
            Exchange(new Lease(process), load, Died);
        }

        Assert.Equal((1L, 1L, CircuitState.Closed), (load.Failed, load.Breaker.Totals.Failures, load.Breaker.State));
        Exchange(new Lease(new FakeConnection()), load, Died);
        Exchange(new Lease(new FakeConnection()), load, Died);
        Assert.Equal(CircuitState.Open, load.Breaker.State);
    }

    /// <summary>Who kills a process of his own with each call must not shut the endpoint for those who have others.</summary>
    [Fact]
    public async Task Answered_OwnProcessesOfOneCallerDie_CountOnce()
    {
        var load = Load(TransportKind.Stdio);
        for (var i = 0; i < 10; i++)
        {
            await CrashAsync(load, "p");
        }

        Assert.Equal((1L, 1L, CircuitState.Closed), (load.Failed, load.Breaker.Totals.Failures, load.Breaker.State));
        await CrashAsync(load, "q");
        await CrashAsync(load, "r");
        Assert.Equal(CircuitState.Open, load.Breaker.State);
    }

    /// <summary>Whose call was refused is told to the endpoint: one caller alone makes it no worse than degraded.</summary>
    [Theory]
    [InlineData(1, false)]
    [InlineData(2, true)]
    public void Answered_Refusals_CountByTheirCallers(int callers, bool isUnhealthy)
    {
        var (load, other) = (Load(TransportKind.StreamableHttp), Load(TransportKind.StreamableHttp));
        load.Join([load, other]);
        for (var i = 0; i < 20; i++)
        {
            other.Note(failed: false, TimeSpan.FromMilliseconds(5), "other");
            Exchange(new Lease(new FakeConnection()), load, Refused, $"caller:{i % callers}");
        }

        Assert.Equal(isUnhealthy ? EndpointCondition.Unhealthy : EndpointCondition.Degraded, load.Condition);
    }

    /// <summary>Only the connection can find out whether its server has stopped for good.</summary>
    [Fact]
    public void TimedOut_Call_IsToldToItsConnection()
    {
        var connection = new FakeConnection();
        using var lease = new Lease(connection);
        lease.Sending();
        lease.TimedOut();

        Assert.Equal(1, connection.Timeouts);
    }

    private async Task CrashAsync(EndpointLoad load, string principal)
    {
        var connector = new FakeConnector { Always = static () => new FakeConnection() };
        var server = SampleServers.Of("a", TransportKind.Stdio);
        await using var pool = new SessionPool(
            connector, server, server.Endpoints[0], Microsoft.Extensions.Options.Options.Create(new UpstreamOptions()), new ManualTimeProvider());
        var owner = new Owner(principal);
        Exchange((await pool.RentAsync(owner.Key, owner, static _ => { }, TestContext.Current.CancellationToken)).Lease!, load, Died);
    }

    private void Exchange(ConnectionLease lease, EndpointLoad load, UpstreamFault fault, string caller = "p")
    {
        load.Begin();
        lease.Occupy(load, 0, caller);
        lease.Sending();
        _clock.Advance(TimeSpan.FromMilliseconds(5));
        lease.Answered(fault);
        lease.Dispose();
    }

    private EndpointLoad Load(TransportKind transport)
    {
        var server = SampleServers.Of("a", transport);
        var options = new CircuitBreakerOptions { Mode = CircuitBreakerMode.ConsecutiveFailures, ConsecutiveFailures = 3 };
        return new EndpointLoad(server.Endpoints[0], 0, new BalancingOptions(), _clock, BalancingSample.Breakers(_clock, options).Take(server, server.Endpoints[0]));
    }

    private sealed class Lease(UpstreamConnection connection) : ConnectionLease(connection)
    {
        public override IDisposable Listen(IUpstreamListener listener) => throw new NotSupportedException();

        public override UpstreamFault Report(UpstreamFault fault) => fault;

        protected override void Return()
        {
            // It belongs to nobody.
        }
    }
}
