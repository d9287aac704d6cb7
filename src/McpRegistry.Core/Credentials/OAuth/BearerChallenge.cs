using System.Net;

namespace McpRegistry.Credentials.OAuth;

/// <summary>What a server says when it refuses a request: status and <c>WWW-Authenticate: Bearer</c> (RFC 6750, RFC 9728).</summary>
internal sealed record BearerChallenge
{
    private const int MaxLength = 8_192;

    /// <summary>Gets a value that tells whether the token is good but not enough.</summary>
    public bool IsScopeMissing { get; private init; }

    /// <summary>Gets the scopes that are asked for.</summary>
    public IReadOnlyList<string> Scopes { get; private init; } = [];

    /// <summary>Gets where the server describes what it wants; null when it does not say.</summary>
    public string? ResourceMetadata { get; private init; }

    /// <summary>Reads a refusal; null when the response is none that another credential could change.</summary>
    public static BearerChallenge? Read(HttpResponseMessage response)
    {
        var members = ReadMembers(response);
        var isScopeMissing = response.StatusCode == HttpStatusCode.Forbidden
            && string.Equals(members.GetValueOrDefault("error"), "insufficient_scope", StringComparison.Ordinal);
        return response.StatusCode == HttpStatusCode.Unauthorized || isScopeMissing
            ? new BearerChallenge
            {
                IsScopeMissing = isScopeMissing,
                Scopes = ScopeSet.Read(members.GetValueOrDefault("scope")),
                ResourceMetadata = members.GetValueOrDefault("resource_metadata"),
            }
            : null;
    }

    private static Dictionary<string, string> ReadMembers(HttpResponseMessage response)
    {
        foreach (var challenge in response.Headers.WwwAuthenticate)
        {
            if (challenge.Scheme.Equals("Bearer", StringComparison.OrdinalIgnoreCase) && challenge.Parameter is { Length: <= MaxLength } text)
            {
                return AuthenticationParameters.Read(text);
            }
        }

        return [];
    }
}
