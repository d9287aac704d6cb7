using McpRegistry.Tenancy;

namespace McpRegistry.Routing;

/// <summary>Where calls go that meet certain conditions.</summary>
public sealed record RoutingRule
{
    /// <summary>Gets the id (Guid version 7).</summary>
    public required Guid Id { get; init; }

    /// <summary>Gets the owner; <see cref="TenantId.Global"/> for a rule that holds for every tenant.</summary>
    public TenantId Tenant { get; init; }

    /// <summary>Gets the name, unique in the tenant ignoring case, 1 to 200 characters.</summary>
    public required string Name { get; init; }

    /// <summary>Gets the text for people; null when there is none.</summary>
    public string? Description { get; init; }

    /// <summary>Gets the place in the order of evaluation: lower numbers come first. Default 100.</summary>
    public int Priority { get; init; } = 100;

    /// <summary>Gets a value that tells whether the rule is evaluated. Default true.</summary>
    public bool IsActive { get; init; } = true;

    /// <summary>
    /// Gets what a call must meet, as a JSON document. Stores keep its value: white space, the order of members and the
    /// spelling of numbers may come back differently.
    /// </summary>
    public required string Conditions { get; init; }

    /// <summary>Gets where such a call goes, as a JSON document, kept like <see cref="Conditions"/>.</summary>
    public required string Targets { get; init; }

    /// <summary>Gets the name of the policy that chooses the endpoint and, where it can, among several servers; null for the default ones.</summary>
    public string? LoadBalancingPolicy { get; init; }

    /// <summary>Gets when the rule was created, UTC. Among rules of one priority the older comes first.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Gets when the rule last changed, UTC.</summary>
    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>
    /// Gets the concurrency token: the store raises it with every change of the rule and refuses an update that carries an
    /// older one.
    /// </summary>
    public long Version { get; init; }
}
