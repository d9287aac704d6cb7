using BenchmarkDotNet.Attributes;
using McpRegistry.Benchmarks.Balancing;
using McpRegistry.Discovery;
using McpRegistry.Snapshots;
using McpRegistry.Supervision;
using McpRegistry.Upstream;

namespace McpRegistry.Benchmarks.Routing;

/// <summary>
/// What does it cost to find the rule of a call, one of its four servers and one of that one's endpoints, with up to 1,000 rules and 64 endpoints, against one rule and
/// four endpoints? And what, where they are about a header or an argument? A server that is registered has at most 32; these are built beside the registration.
/// </summary>
[MemoryDiagnoser]
public class RouteAndPickBenchmark
{
    private readonly PickOwner _owner = new();
    private RouteSample _four = null!;
    private RouteSample _sixtyFour = null!;

    [GlobalSetup]
    public void Setup()
    {
        _four = new RouteSample(static () => new Endpoints(4));
        _sixtyFour = new RouteSample(static () => new Endpoints(64));
    }

    [Benchmark(Baseline = true)]
    public Guid OneRuleFourEndpoints() => Pick(_four, 1);

    [Benchmark]
    public Guid HundredRulesFourEndpoints() => Pick(_four, 100);

    [Benchmark]
    public Guid ThousandRulesFourEndpoints() => Pick(_four, 1_000);

    [Benchmark]
    public Guid OneRuleSixtyFourEndpoints() => Pick(_sixtyFour, 1);

    [Benchmark]
    public Guid HundredRulesSixtyFourEndpoints() => Pick(_sixtyFour, 100);

    [Benchmark]
    public Guid ThousandRulesSixtyFourEndpoints() => Pick(_sixtyFour, 1_000);

    [Benchmark]
    public Guid OneHeaderRuleFourEndpoints() => Pick(_four, 1, RuleKind.Header);

    [Benchmark]
    public Guid ThousandHeaderRulesFourEndpoints() => Pick(_four, 1_000, RuleKind.Header);

    [Benchmark]
    public Guid OneArgumentRuleFourEndpoints() => Pick(_four, 1, RuleKind.Argument);

    [Benchmark]
    public Guid HundredArgumentRulesFourEndpoints() => Pick(_four, 100, RuleKind.Argument);

    [Benchmark]
    public Guid ThousandArgumentRulesFourEndpoints() => Pick(_four, 1_000, RuleKind.Argument);

    private Guid Pick(RouteSample sample, int rules, RuleKind kind = RuleKind.Tool) => ((Endpoints)sample.Choose(rules, kind).Server!.Connections).Pick(_owner);

    private sealed class Endpoints(int count) : IServerConnections
    {
        private readonly EndpointChoice _choice = ReadyEndpoints.Connect(count);

        public Guid Pick(ISessionOwner owner) => _choice.For(owner)!.Value.Endpoint.Endpoint.Id;

        public ValueTask<LeaseResult> AcquireAsync(ISessionOwner owner, CancellationToken cancellationToken) => throw new NotSupportedException();

        public ValueTask<IReadOnlyList<ConnectionLease>> AcquireOpenAsync(ISessionOwner owner, CancellationToken cancellationToken) => throw new NotSupportedException();

        public ValueTask<DiscoveryReport?> RereadAsync(CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
