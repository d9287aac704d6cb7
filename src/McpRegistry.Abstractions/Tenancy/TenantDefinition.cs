namespace McpRegistry.Tenancy;

/// <summary>What an operator says about a tenant. <see cref="ITenantRegistrar"/> checks it and reports every fault.</summary>
public sealed record TenantDefinition
{
    /// <summary>
    /// Gets the short name for URLs and headers, unique over all tenants: 1 to 63 of <c>a-z</c>, <c>0-9</c> and hyphens, not
    /// beginning with a hyphen, and not in the form of an id.
    /// </summary>
    public string? Slug { get; init; }

    /// <summary>Gets the name for people: 1 to 200 characters on one line.</summary>
    public string? Name { get; init; }

    /// <summary>Gets the text for people, at most 4,000 characters; null (the default) for none.</summary>
    public string? Description { get; init; }

    /// <summary>
    /// Gets whether the tenant may use the registry; null (the default) keeps the present status, and is
    /// <see cref="TenantStatus.Active"/> for a new tenant.
    /// </summary>
    public TenantStatus? Status { get; init; }

    /// <summary>Gets the most servers of the tenant, at least 0; null (the default) for no limit. What is there already stays.</summary>
    public int? MaxServers { get; init; }

    /// <summary>Gets the most API keys of the tenant, at least 0; null (the default) for no limit. What is there already stays.</summary>
    public int? MaxApiKeys { get; init; }

    /// <summary>Gets the settings: a JSON object of at most 16,384 characters without repeated members. Default <c>{}</c>.</summary>
    public string Settings { get; init; } = "{}";
}
