namespace McpRegistry.Routing;

/// <summary>A routing rule as a user writes it, in code or in a REST body.</summary>
public sealed record RoutingRuleDefinition
{
    /// <summary>Gets the name, unique in the tenant ignoring case, 1 to 200 characters.</summary>
    public string? Name { get; init; }

    /// <summary>Gets the text for people, up to 2,000 characters; null (the default) for none.</summary>
    public string? Description { get; init; }

    /// <summary>Gets the place in the order of evaluation, 0 to 1,000,000: lower numbers come first. Default 100.</summary>
    public int Priority { get; init; } = 100;

    /// <summary>Gets a value that tells whether the rule is evaluated. Default true.</summary>
    public bool IsActive { get; init; } = true;

    /// <summary>Gets what a call must meet, as a JSON document of up to 64 KiB. The default, an empty object, is met by every call.</summary>
    public string Conditions { get; init; } = "{}";

    /// <summary>
    /// Gets where such a call goes, as a JSON document of up to 64 KiB: <c>servers</c>, <c>sticky</c>, <c>canary</c> and <c>mirror</c>. A server has its
    /// alias (<c>server</c>), a <c>weight</c> (0 to 1,000, default 1), the id of an <c>endpoint</c> if it must be that one, and may be
    /// <c>preferred</c> (default false): while one of those in its list is usable, the others get no calls.
    /// </summary>
    public string? Targets { get; init; }

    /// <summary>
    /// Gets the name of the load-balancing policy that chooses the endpoint of the server, be it one of the host; null (the default) for that of the server. Of
    /// several servers <c>round_robin</c> and <c>consistent_hash</c> choose as well, all others by weight.
    /// </summary>
    public string? LoadBalancingPolicy { get; init; }
}
