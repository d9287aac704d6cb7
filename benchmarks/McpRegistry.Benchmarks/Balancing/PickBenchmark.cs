using BenchmarkDotNet.Attributes;
using McpRegistry.Balancing;
using McpRegistry.Supervision;

namespace McpRegistry.Benchmarks.Balancing;

/// <summary>
/// What does it cost to choose the endpoint of a call among 64, against among 4, by each policy, with connections, eras, breakers, health, zones and slow start looked at? A
/// server that is registered has at most 32; these are built beside the registration.
/// </summary>
[MemoryDiagnoser]
public class PickBenchmark
{
    private readonly PickOwner _owner = new();
    private EndpointChoice _four = null!;
    private EndpointChoice _sixtyFour = null!;

    [ParamsSource(nameof(Policies))]
    public string Policy { get; set; } = "weighted";

    public static IEnumerable<string> Policies => BuiltInPolicies.Names;

    [GlobalSetup]
    public void Setup() => (_four, _sixtyFour) = (ReadyEndpoints.Connect(4, Policy), ReadyEndpoints.Connect(64, Policy));

    [Benchmark(Baseline = true)]
    public Guid FourEndpoints() => _four.For(_owner)!.Value.Endpoint.Endpoint.Id;

    [Benchmark]
    public Guid SixtyFourEndpoints() => _sixtyFour.For(_owner)!.Value.Endpoint.Endpoint.Id;
}
