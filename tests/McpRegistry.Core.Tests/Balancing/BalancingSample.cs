using System.Collections.Immutable;
using McpRegistry.Balancing;
using McpRegistry.Core.Tests.Upstream;
using McpRegistry.Resilience;
using McpRegistry.Servers;
using McpRegistry.TestSupport;
using McpRegistry.Upstream;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace McpRegistry.Core.Tests.Balancing;

/// <summary>A server with endpoints of some weights, and what is known of them, on a manual clock and a fixed seed.</summary>
internal sealed class BalancingSample
{
    public const int Picks = 100_000;

    /// <summary>What is known of the endpoints, by those that are away, as a server keeps it.</summary>
    private readonly Dictionary<string, CandidateSet> _sets = [];

    public BalancingSample(BalancingOptions options, int[] weights, string?[]? zones = null, IEndpointGate[]? gates = null)
    {
        var endpoints = weights.Select((weight, i) => new ServerEndpoint
        {
            Id = new Guid(i + 1, 7, 0, new byte[8]),
            Url = $"http://127.0.0.1:{i + 1}/mcp",
            Weight = weight,
            Zone = zones?[i],
        }).ToImmutableArray();
        Server = SampleServers.Of("a") with { Id = new Guid(1, 2, 3, new byte[8]), Endpoints = endpoints };
        Loads = [.. endpoints.Select((endpoint, i) => new EndpointLoad(endpoint, i, options, Clock, Breakers(Clock).Take(Server, endpoint), Changes))];
        Array.ForEach(Loads, load => load.Breaker.CountBy(Changes));
        Array.ForEach(Loads, load => load.Join(Loads));
        Balancer = new ServerBalancer(Context(options, Clock, gates), Server);
        Clock.Advance(TimeSpan.FromHours(2));
    }

    public ManualTimeProvider Clock { get; } = new();

    public EndpointChanges Changes { get; } = new();

    public RegisteredServer Server { get; }

    public EndpointLoad[] Loads { get; }

    public ServerBalancer Balancer { get; }

    public static BalancingContext Context(BalancingOptions options, TimeProvider time, IEndpointGate[]? gates = null, params ILoadBalancingPolicy[] ofHost)
    {
        var wrapped = Options.Create(options);
        return new BalancingContext(wrapped, new LoadBalancingPolicies(wrapped, ofHost), gates ?? [], time) { Seed = 42 };
    }

    /// <summary>Makes breakers that nothing opens unless it is asked to.</summary>
    public static CircuitBreakers Breakers(TimeProvider time, CircuitBreakerOptions? options = null) =>
        new(Options.Create(options ?? new CircuitBreakerOptions { Enabled = false }), time, NullLogger<CircuitBreakers>.Instance);

    /// <summary>Picks among the endpoints, without those that are away; returns the place of the chosen one.</summary>
    public int Pick(string principal = "p", string? policy = null, params int[] away)
    {
        var name = string.Join(' ', away);
        if (!_sets.TryGetValue(name, out var set) || !set.Holds(Changes, Clock))
        {
            _sets[name] = set = Balancer.SetOf([.. Loads.Where(load => !away.Contains(load.Ordinal))], Changes.Count);
        }

        return Balancer.Pick(set, new Owner(principal) { BalancingPolicy = policy }).Ordinal;
    }

    /// <summary>Counts many picks.</summary>
    public int[] Count(int picks = Picks, Func<int, string>? principal = null, params int[] away)
    {
        var counts = new int[Loads.Length];
        for (var i = 0; i < picks; i++)
        {
            counts[Pick(principal?.Invoke(i) ?? "p", null, away)]++;
        }

        return counts;
    }

    /// <summary>Returns the chi-square statistic of counts against the shares that weights give.</summary>
    public static double ChiSquare(int[] counts, params int[] weights)
    {
        double total = counts.Sum();
        double sum = weights.Sum();
        return counts.Select((count, i) => Math.Pow(count - (total * weights[i] / sum), 2) / (total * weights[i] / sum)).Sum();
    }

    internal sealed record Owner(string Principal, string? SessionId = null) : ISessionOwner
    {
        public bool IsBalanced { get; init; } = true;

        public string? BalancingPolicy { get; init; }

        public Guid? Endpoint { get; init; }

        public bool IsBound { get; init; }

        public Guid[] Avoided { get; init; } = [];

        public bool HasFailed => Avoided.Length > 0;

        public bool Avoids(Guid endpointId) => Avoided.Contains(endpointId);

        public ClientProfile Profile { get; init; } = ClientProfile.Plain;

        public bool Listens { get; init; }

        public CancellationToken SessionEnded { get; init; }

        public TimeSpan? Patience { get; init; }
    }
}
