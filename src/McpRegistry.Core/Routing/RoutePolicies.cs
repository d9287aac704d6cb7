namespace McpRegistry.Routing;

/// <summary>The names of <see cref="RoutePolicy"/>.</summary>
internal static class RoutePolicies
{
    private static readonly string[] Names = ["weighted", "round_robin", "consistent_hash"];

    public static IReadOnlyList<string> All => Names;

    public static string NameOf(RoutePolicy policy) => Names[(int)policy];

    /// <summary>Finds a policy; null for a name that is none, and the default for none.</summary>
    public static RoutePolicy? Find(string? name) => name is null ? RoutePolicy.Weighted
        : Array.IndexOf(Names, name) is >= 0 and var index ? (RoutePolicy)index
        : null;
}
