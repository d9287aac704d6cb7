using McpRegistry.AspNetCore.Http;
using McpRegistry.AspNetCore.Principals;
using Microsoft.Extensions.Options;

namespace McpRegistry.AspNetCore.OAuth;

/// <summary>Lists every fault of <see cref="OAuthOptions"/> at start-up.</summary>
internal sealed class OAuthOptionsValidator(IOptions<PrincipalOptions> principals, IOptions<GatewayHttpOptions> http) : IValidateOptions<OAuthOptions>
{
    public ValidateOptionsResult Validate(string? name, OAuthOptions options)
    {
        var faults = new List<string>();
        for (var i = 0; i < options.AuthorizationServers.Count; i++)
        {
            if (!IsIssuer(options.AuthorizationServers[i]))
            {
                faults.Add($"{OAuthOptions.SectionName}:AuthorizationServers:{i} ('{options.AuthorizationServers[i]}') must be an absolute https URL (http for loopback) without query and fragment.");
            }
        }

        if (options.AuthorizationServers.Count > 0 && principals.Value.Schemes.Count == 0)
        {
            faults.Add($"{OAuthOptions.SectionName}:AuthorizationServers needs a scheme that validates their tokens: name it with AcceptPrincipals or under {PrincipalOptions.SectionName}:Schemes.");
        }

        if (options.AuthorizationServers.Count > 0 && options.ValidateAudience && http.Value.PublicOrigin is null && http.Value.AllowedHosts.FirstOrDefault(static host => host.StartsWith('*')) is { } wildcard)
        {
            faults.Add($"{GatewayHttpOptions.SectionName}:PublicOrigin must say the gateway's own name where {GatewayHttpOptions.SectionName}:AllowedHosts has '{wildcard}': the audience of tokens is compared with it.");
        }

        for (var i = 0; i < options.ScopesSupported.Count; i++)
        {
            if (!IsScope(options.ScopesSupported[i]))
            {
                faults.Add($"{OAuthOptions.SectionName}:ScopesSupported:{i} must be one OAuth scope, and not offline_access, which is between clients and authorization servers.");
            }
        }

        if (options.Documentation is { } documentation && !(Uri.TryCreate(documentation, UriKind.Absolute, out var url) && IsWeb(url)))
        {
            faults.Add($"{OAuthOptions.SectionName}:Documentation must be an absolute URL.");
        }

        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    private static bool IsWeb(Uri url) => url.Scheme == Uri.UriSchemeHttps || url.Scheme == Uri.UriSchemeHttp;

    private static bool IsIssuer(string? text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url)
        && (url.Scheme == Uri.UriSchemeHttps || (url.Scheme == Uri.UriSchemeHttp && url.IsLoopback))
        && url is { Query.Length: 0, Fragment.Length: 0 };

    /// <summary>The characters of RFC 6749, section 3.3.</summary>
    private static bool IsScope(string? text) =>
        text is { Length: > 0 } and not "offline_access" && text.All(static c => c is '!' or (>= '#' and <= '[') or (>= ']' and <= '~'));
}
