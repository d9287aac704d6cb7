namespace McpRegistry.AspNetCore.Http;

/// <summary>Which requests the HTTP edge takes; section <c>McpRegistry:Http</c>. Guards browsers' users against DNS rebinding.</summary>
public sealed class GatewayHttpOptions
{
    /// <summary>The configuration section.</summary>
    public const string SectionName = "McpRegistry:Http";

    /// <summary>
    /// Gets or sets the host names, without port, under which the gateway is reached, beside <c>localhost</c>,
    /// <c>127.0.0.1</c> and <c>[::1]</c>, which are always taken. <c>*.example.com</c> stands for every name below it,
    /// <c>*</c> for every name. Default none.
    /// </summary>
    public IList<string> AllowedHosts { get; set; } = [];

    /// <summary>
    /// Gets or sets the origins of web pages that may call, for example <c>https://app.example.com</c>, beside the gateway's own
    /// and loopback ones, which are always taken; <c>*</c> for every origin. Default none. Requests without an Origin header
    /// do not come from web pages and are not held up.
    /// </summary>
    public IList<string> AllowedOrigins { get; set; } = [];

    /// <summary>
    /// Gets or sets the scheme and authority under which clients reach the gateway, for example <c>https://mcp.example.com</c>,
    /// for the names of OAuth resources. Default none: those of the request, as ASP.NET Core's forwarded-headers middleware leaves them.
    /// </summary>
    public string? PublicOrigin { get; set; }
}
