using McpRegistry.Balancing;

namespace McpRegistry.Routing;

/// <summary>
/// The policies that a rule may name. Each chooses among the endpoints of a server; those of <see cref="RoutePolicy"/> choose among several servers as well, for
/// which nothing is measured that the others go by.
/// </summary>
/// <param name="ofHost">The policies of the host.</param>
internal sealed class RoutePolicies(IEnumerable<ILoadBalancingPolicy> ofHost)
{
    private static readonly string[] Names = ["weighted", "round_robin", "consistent_hash"];

    private readonly string[] _all = [.. BuiltInPolicies.Names.Concat(ofHost.Select(static policy => policy.Name)).Distinct(StringComparer.Ordinal)];

    /// <summary>Gets those that exist without a host.</summary>
    public static RoutePolicies BuiltIn { get; } = new([]);

    public IReadOnlyList<string> All => _all;

    public static string NameOf(RoutePolicy policy) => Names[(int)policy];

    /// <summary>Tells how a rule chooses among its servers by the policy that it names; null for a name that is none, and the default for none.</summary>
    public RoutePolicy? Find(string? name) => name is null ? RoutePolicy.Weighted
        : Array.IndexOf(Names, name) is >= 0 and var index ? (RoutePolicy)index
        : _all.Contains(name, StringComparer.Ordinal) ? RoutePolicy.Weighted
        : null;
}
