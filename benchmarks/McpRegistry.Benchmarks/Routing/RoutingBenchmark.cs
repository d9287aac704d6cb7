using BenchmarkDotNet.Attributes;
using McpRegistry.Discovery;
using McpRegistry.Snapshots;
using McpRegistry.Upstream;

namespace McpRegistry.Benchmarks.Routing;

/// <summary>What does it cost to find the rule of a call and one of its four servers, among 100 or 1,000 rules against one?</summary>
[MemoryDiagnoser]
public class RoutingBenchmark
{
    private readonly RouteSample _sample = new(static () => new NoConnections());

    [Benchmark(Baseline = true)]
    public bool OneRule() => _sample.Choose(1).Rule is not null;

    [Benchmark]
    public bool HundredRules() => _sample.Choose(100).Rule is not null;

    [Benchmark]
    public bool ThousandRules() => _sample.Choose(1_000).Rule is not null;

    private sealed class NoConnections : IServerConnections
    {
        public ValueTask<LeaseResult> AcquireAsync(ISessionOwner owner, CancellationToken cancellationToken) => throw new NotSupportedException();

        public ValueTask<IReadOnlyList<ConnectionLease>> AcquireOpenAsync(ISessionOwner owner, CancellationToken cancellationToken) => throw new NotSupportedException();

        public ValueTask<DiscoveryReport?> RereadAsync(CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
