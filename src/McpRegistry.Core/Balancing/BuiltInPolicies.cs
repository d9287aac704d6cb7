using McpRegistry.Servers;

namespace McpRegistry.Balancing;

/// <summary>The policies that come with the gateway; docs/balancing.md has their formulas and sources.</summary>
internal static class BuiltInPolicies
{
    private static readonly BuiltIn[] Policies =
    [
        new("weighted", static (_, _) => new SmoothWeightedBalancer()),
        new("round_robin", static (_, _) => new RoundRobinBalancer()),
        new("least_connections", static (_, _) => new LeastConnectionsBalancer()),
        new("random", static (_, seed) => new RandomBalancer(seed)),
        new("consistent_hash", static (options, _) => new ConsistentHashBalancer(options.LoadBound)),
        new("power_of_two_choices", static (_, seed) => new TwoChoicesBalancer(seed)),
        new("least_latency", static (_, _) => new LeastLatencyBalancer()),
        new("score", static (options, _) => new ScoreBalancer(options)),
    ];

    public static IEnumerable<string> Names => Policies.Select(static policy => policy.Name);

    public static IEnumerable<ILoadBalancingPolicy> With(BalancingOptions options) => Policies.Select(policy => policy with { Options = options });

    private sealed record BuiltIn(string Name, Func<BalancingOptions, ulong, ILoadBalancer> Factory) : ILoadBalancingPolicy
    {
        public BalancingOptions Options { get; init; } = new();

        public ILoadBalancer Create(RegisteredServer server, ulong seed) => Factory(Options, seed);
    }
}
