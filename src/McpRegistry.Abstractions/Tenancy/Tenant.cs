namespace McpRegistry.Tenancy;

/// <summary>A tenant as the store keeps it. <see cref="TenantId.Global"/> has no such row.</summary>
public sealed record Tenant
{
    /// <summary>Gets the id (Guid version 7), which every row of the tenant carries.</summary>
    public required TenantId Id { get; init; }

    /// <summary>Gets the short name for URLs and headers, unique over all tenants (exact), 1 to 63 characters.</summary>
    public required string Slug { get; init; }

    /// <summary>Gets the name for people, 1 to 200 characters; two tenants may have the same.</summary>
    public required string Name { get; init; }

    /// <summary>Gets the text for people; null when there is none.</summary>
    public string? Description { get; init; }

    /// <summary>Gets whether the tenant may use the registry. Default <see cref="TenantStatus.Active"/>.</summary>
    public TenantStatus Status { get; init; }

    /// <summary>Gets the most servers of the tenant, at least 0; null (the default) for no limit.</summary>
    public int? MaxServers { get; init; }

    /// <summary>Gets the most API keys of the tenant, at least 0; null (the default) for no limit.</summary>
    public int? MaxApiKeys { get; init; }

    /// <summary>
    /// Gets the settings: a JSON document without repeated members. Stores keep its values; white space and the order of
    /// members may change. Default <c>{}</c>.
    /// </summary>
    public string Settings { get; init; } = "{}";

    /// <summary>Gets when the tenant was added, UTC.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Gets when the row last changed, UTC.</summary>
    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>Gets the concurrency token: the store raises it with every change and refuses an update that carries an older one.</summary>
    public long Version { get; init; }
}
