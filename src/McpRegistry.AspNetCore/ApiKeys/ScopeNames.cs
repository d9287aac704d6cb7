using McpRegistry.ApiKeys;

namespace McpRegistry.AspNetCore.ApiKeys;

/// <summary>The wire names of the scopes.</summary>
internal static class ScopeNames
{
    private static readonly (string Name, ApiKeyScope Scope)[] Known =
    [
        ("read", ApiKeyScope.Read),
        ("write", ApiKeyScope.Write),
        ("admin", ApiKeyScope.Admin),
        ("proxy", ApiKeyScope.Proxy),
        ("metrics", ApiKeyScope.Metrics),
        ("health", ApiKeyScope.Health),
    ];

    public static string All { get; } = string.Join(", ", Known.Select(static known => known.Name));

    public static IEnumerable<string> Of(ApiKeyScope scopes) =>
        Known.Where(known => scopes.HasFlag(known.Scope)).Select(static known => known.Name);

    public static ApiKeyScope Parse(string name) =>
        Known.FirstOrDefault(known => known.Name == name).Scope;
}
