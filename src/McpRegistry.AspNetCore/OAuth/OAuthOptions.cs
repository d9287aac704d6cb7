namespace McpRegistry.AspNetCore.OAuth;

/// <summary>
/// The gateway as an OAuth 2.1 resource server; section <c>McpRegistry:OAuth</c>. It issues no tokens: a scheme of the host
/// validates them (see <c>AcceptPrincipals</c>), and this tells clients where to get them.
/// </summary>
public sealed class OAuthOptions
{
    /// <summary>The configuration section.</summary>
    public const string SectionName = "McpRegistry:OAuth";

    /// <summary>
    /// Gets or sets the issuers whose tokens are taken: absolute <c>https</c> URLs, or <c>http</c> ones of loopback. Default none, which
    /// switches everything of this section off.
    /// </summary>
    public IList<string> AuthorizationServers { get; set; } = [];

    /// <summary>Gets or sets the OAuth scopes that the metadata names. Default none: those that the endpoint asks for.</summary>
    public IList<string> ScopesSupported { get; set; } = [];

    /// <summary>Gets or sets the name of the gateway for people; null (the default) for none.</summary>
    public string? ResourceName { get; set; }

    /// <summary>Gets or sets an absolute URL with documentation for developers; null (the default) for none.</summary>
    public string? Documentation { get; set; }

    /// <summary>
    /// Gets or sets a value that tells whether all endpoints are one resource, named by the origin and path base alone. Default
    /// false: <c>/mcp</c>, each <c>/mcp/{alias}</c> and <c>/api/v1</c> are resources of their own, and a token for one is none for another.
    /// </summary>
    public bool SharedResource { get; set; }

    /// <summary>
    /// Gets or sets a value that tells whether tokens must name the resource among their audiences (<c>aud</c>). Default true; switch
    /// it off only where the scheme of the host makes sure that tokens for others are refused.
    /// </summary>
    public bool ValidateAudience { get; set; } = true;
}
