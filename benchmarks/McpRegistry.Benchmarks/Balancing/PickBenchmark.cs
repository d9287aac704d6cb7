using System.Collections.Immutable;
using BenchmarkDotNet.Attributes;
using McpRegistry.Balancing;
using McpRegistry.Resilience;
using McpRegistry.Servers;
using McpRegistry.Upstream;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace McpRegistry.Benchmarks.Balancing;

/// <summary>What does it cost to choose the endpoint of a call among 64, against among 4, by each policy, with health, zones and slow start looked at?</summary>
[MemoryDiagnoser]
public class PickBenchmark
{
    private readonly Sample _four = new(4);
    private readonly Sample _sixtyFour = new(64);

    [ParamsSource(nameof(Policies))]
    public string Policy { get; set; } = "weighted";

    public static IEnumerable<string> Policies => BuiltInPolicies.Names;

    [GlobalSetup]
    public void Setup()
    {
        _four.Prepare(Policy);
        _sixtyFour.Prepare(Policy);
    }

    [Benchmark(Baseline = true)]
    public IEndpointLoad FourEndpoints() => _four.Pick();

    [Benchmark]
    public IEndpointLoad SixtyFourEndpoints() => _sixtyFour.Pick();

    private sealed class Sample(int count)
    {
        private readonly Owner _owner = new();
        private IEndpointLoad[] _loads = [];
        private ServerBalancer _balancer = null!;

        public void Prepare(string policy)
        {
            var options = new BalancingOptions { Policy = policy, SlowStart = TimeSpan.Zero };
            var wrapped = Options.Create(options);
            var endpoints = Enumerable.Range(0, count)
                .Select(static i => new ServerEndpoint { Id = new Guid(i, 1, 0, new byte[8]), Url = "http://127.0.0.1:1/mcp", Weight = 1 + (i % 3) })
                .ToImmutableArray();
            var server = new RegisteredServer
            {
                Id = new Guid(1, 2, 0, new byte[8]),
                Name = "s",
                Alias = "s",
                Endpoints = endpoints,
                CreatedAt = DateTimeOffset.UnixEpoch,
                UpdatedAt = DateTimeOffset.UnixEpoch,
            };
            var breakers = new CircuitBreakers(Options.Create(new CircuitBreakerOptions()), TimeProvider.System, NullLogger<CircuitBreakers>.Instance);
            _loads = [.. endpoints.Select((endpoint, i) => new EndpointLoad(endpoint, i, options, TimeProvider.System, breakers.Take(server, endpoint)))];
            _balancer = new ServerBalancer(new BalancingContext(wrapped, new LoadBalancingPolicies(wrapped, []), [new HealthGate(), new BreakerGate()], TimeProvider.System), server);
            foreach (var load in _loads)
            {
                ((EndpointLoad)load).Note(failed: false, TimeSpan.FromMilliseconds(5));
            }
        }

        public IEndpointLoad Pick() => _balancer.Pick(_loads, _owner);
    }

    private sealed class Owner : ISessionOwner
    {
        public string Principal => "key:1";

        public bool IsBalanced => true;

        public ClientProfile Profile => ClientProfile.Plain;

        public string? SessionId => null;

        public CancellationToken SessionEnded => CancellationToken.None;
    }
}
