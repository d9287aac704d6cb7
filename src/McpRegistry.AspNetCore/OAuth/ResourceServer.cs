using System.Security.Claims;
using McpRegistry.ApiKeys;
using McpRegistry.AspNetCore.ApiKeys;
using McpRegistry.AspNetCore.Http;
using McpRegistry.AspNetCore.Principals;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace McpRegistry.AspNetCore.OAuth;

/// <summary>What the gateway tells OAuth clients, and which tokens are meant for it.</summary>
internal sealed class ResourceServer(ResourceAddress address, RequestOriginPolicy hosts, IOptions<OAuthOptions> options, IOptions<PrincipalOptions> principals)
{
    private const string PolicyPrefix = "McpRegistry.";

    private readonly string _scopePrefix = principals.Value.ScopePrefix;

    /// <summary>Gets a value that tells whether there are authorization servers to send clients to.</summary>
    public bool IsOn { get; } = options.Value.AuthorizationServers.Count > 0;

    /// <summary>Tells whether a principal may be let in by what its token says whom it is for. One without a token, by a cookie, needs no audience.</summary>
    public bool IsMeantForUs(HttpContext context, ClaimsPrincipal principal)
    {
        if (!IsOn || !options.Value.ValidateAudience || context.Request.Headers.Authorization.Count == 0)
        {
            return true;
        }

        if (!address.IsConfigured && !hosts.IsOwnName(context))
        {
            // The name would be the request's own word, and a token for another host would do with the name of that host.
            return false;
        }

        var resource = address.ResourceOf(context);
        return principal.FindAll("aud").Any(claim => string.Equals(claim.Value, resource, StringComparison.Ordinal));
    }

    /// <summary>Has the answer say where to get a token, and for which scopes.</summary>
    /// <param name="context">The request that is refused.</param>
    /// <param name="error">What is wrong with the token that was sent, by RFC 6750; null when none was.</param>
    public void Challenge(HttpContext context, string? error)
    {
        if (!IsOn)
        {
            context.Response.Headers.WWWAuthenticate = error is null ? "Bearer" : $"Bearer error=\"{error}\"";
            return;
        }

        var scopes = string.Join(' ', ScopesOf(context.GetEndpoint()));
        context.Response.Headers[HeaderNames.WWWAuthenticate] = string.Concat(
            "Bearer ",
            error is null ? "" : $"error=\"{error}\", ",
            scopes.Length == 0 ? "" : $"scope=\"{scopes}\", ",
            $"resource_metadata=\"{address.MetadataOf(context)}\"");
    }

    /// <summary>Gets the OAuth scopes that an endpoint asks for, all of them, by its policies.</summary>
    public IEnumerable<string> ScopesOf(Endpoint? endpoint) =>
        (endpoint?.Metadata.GetOrderedMetadata<IAuthorizeData>() ?? [])
            .Select(static data => data.Policy is { } policy && policy.StartsWith(PolicyPrefix, StringComparison.Ordinal) ? policy[PolicyPrefix.Length..] : "")
            .SelectMany(static name => Enum.TryParse<ApiKeyScope>(name, out var scope) ? ScopeNames.Of(scope) : [])
            .Distinct(StringComparer.Ordinal)
            .Select(scope => _scopePrefix + scope);

    /// <summary>Gets the OAuth scopes of a resource for its metadata: what is configured, or what its endpoints ask for.</summary>
    public IEnumerable<string> ScopesOf(ProtectedResource? resource) => options.Value.ScopesSupported is { Count: > 0 } configured
        ? configured
        : ScopeNames.Of(resource == ProtectedResource.Mcp ? ApiKeyScope.Proxy : ApiKeyScopes.All & ~(resource is null ? ApiKeyScope.None : ApiKeyScope.Proxy))
            .Select(scope => _scopePrefix + scope);
}
