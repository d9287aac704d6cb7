using McpRegistry.AspNetCore.ApiKeys;

namespace McpRegistry.AspNetCore.Principals;

/// <summary>Which principals of the host the gateway takes, and what their claims mean; section <c>McpRegistry:Principals</c>.</summary>
public sealed class PrincipalOptions
{
    /// <summary>The configuration section.</summary>
    public const string SectionName = "McpRegistry:Principals";

    /// <summary>
    /// Gets or sets the authentication schemes of the host whose principals are taken beside API keys, asked in this order.
    /// Default none. <c>AcceptPrincipals</c> adds to them.
    /// </summary>
    public IList<string> Schemes { get; set; } = [];

    /// <summary>Gets or sets the claim that holds the slug or id of a tenant, once for each. Default <see cref="McpRegistryClaimTypes.Tenant"/>.</summary>
    public string TenantClaim { get; set; } = McpRegistryClaimTypes.Tenant;

    /// <summary>
    /// Gets or sets a value that tells whether principals without a tenant claim are refused; else they belong to the global
    /// tenant. Default false.
    /// </summary>
    public bool RequireTenant { get; set; }

    /// <summary>
    /// Gets or sets the claims that hold OAuth scopes, separated by spaces. In each, the scopes are separated by spaces or come
    /// as a claim each. Default <c>scope scp</c>.
    /// </summary>
    public string ScopeClaims { get; set; } = "scope scp";

    /// <summary>
    /// Gets or sets what stands before the name of a scope in OAuth scopes: <c>mcp:</c> (the default) makes <c>mcp:read</c> of
    /// <c>read</c>. Other OAuth scopes mean nothing to the gateway.
    /// </summary>
    public string ScopePrefix { get; set; } = "mcp:";

    /// <summary>
    /// Gets or sets the claims that hold a role, separated by spaces, beside the claim type of .NET: <c>user</c>, <c>admin</c>,
    /// <c>server_owner</c>, <c>service</c> or <c>read_only</c>, ignoring case. Default <c>roles role</c>. A role opens nothing by itself.
    /// </summary>
    public string RoleClaims { get; set; } = "roles role";

    /// <summary>
    /// Gets or sets a value that tells whether a principal that no user of its tenant stands for is added as one at its first
    /// request. Default false: such a principal is let in without a user.
    /// </summary>
    public bool ProvisionUsers { get; set; }
}
