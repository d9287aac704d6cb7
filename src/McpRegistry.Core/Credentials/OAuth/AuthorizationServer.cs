using System.Text.Json;

namespace McpRegistry.Credentials.OAuth;

/// <summary>What an authorization server says of itself (RFC 8414, OpenID Connect Discovery).</summary>
/// <param name="Issuer">Its name.</param>
/// <param name="TokenEndpoint">Where it gives tokens.</param>
/// <param name="Authentications">How clients may authenticate there; empty when it does not say.</param>
internal sealed record AuthorizationServer(string Issuer, Uri TokenEndpoint, IReadOnlyList<string> Authentications)
{
    /// <summary>Finds an authorization server by its name.</summary>
    /// <exception cref="CredentialException">It has no metadata, or they are those of somebody else.</exception>
    public static async Task<AuthorizationServer> FindAsync(MetadataClient client, string issuer, CancellationToken cancellationToken)
    {
        var name = MetadataClient.ReadUrl(issuer) ?? throw new CredentialException("The name of the authorization server is no URL.");
        foreach (var place in Places(name))
        {
            if (await client.GetAsync(place, cancellationToken).ConfigureAwait(false) is { } document)
            {
                return Read(document, issuer);
            }
        }

        throw new CredentialException("The authorization server has no metadata where they should be.");
    }

    private static Uri[] Places(Uri issuer)
    {
        var path = issuer.AbsolutePath.TrimEnd('/');
        return path.Length == 0
            ? [new Uri(issuer, "/.well-known/oauth-authorization-server"), new Uri(issuer, "/.well-known/openid-configuration")]
            :
            [
                new Uri(issuer, "/.well-known/oauth-authorization-server" + path),
                new Uri(issuer, "/.well-known/openid-configuration" + path),
                new Uri(issuer, path + "/.well-known/openid-configuration"),
            ];
    }

    private static AuthorizationServer Read(JsonElement document, string issuer)
    {
        // Character by character: who may write below one path of a host must not speak for another.
        if (!string.Equals(document.Text("issuer"), issuer, StringComparison.Ordinal))
        {
            throw new CredentialException("The metadata of the authorization server are those of another one.");
        }

        var endpoint = MetadataClient.ReadUrl(document.Text("token_endpoint"))
            ?? throw new CredentialException("The authorization server names no token endpoint.");
        return new AuthorizationServer(issuer, endpoint, document.Texts("token_endpoint_auth_methods_supported"));
    }
}
