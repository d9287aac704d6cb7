namespace McpRegistry.AspNetCore.Tenancy;

/// <summary>By what requests choose a tenant; section <c>McpRegistry:Tenants</c>.</summary>
public sealed class TenantOptions
{
    /// <summary>The configuration section.</summary>
    public const string SectionName = "McpRegistry:Tenants";

    /// <summary>Gets or sets the request header that names a tenant by slug or id; empty switches that off. Default <c>X-Tenant</c>.</summary>
    public string HeaderName { get; set; } = "X-Tenant";

    /// <summary>
    /// Gets or sets what follows the slug of a tenant in host names, for example <c>.gateway.example</c>; null (the default) for
    /// nothing. List <c>*.gateway.example</c> under <c>McpRegistry:Http:AllowedHosts</c>, too.
    /// </summary>
    public string? HostSuffix { get; set; }

    /// <summary>Gets or sets the tenants of whole host names, without port, by slug or id. Default none. They go before <see cref="HostSuffix"/>.</summary>
    public IDictionary<string, string> Hosts { get; set; } = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// Gets or sets a value that tells whether administrators of the global tenant, keys and principals alike, may act in the
    /// name of any tenant that they choose. Default false.
    /// </summary>
    public bool AdminsActForTenants { get; set; }
}
