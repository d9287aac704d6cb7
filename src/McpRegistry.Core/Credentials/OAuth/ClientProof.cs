using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace McpRegistry.Credentials.OAuth;

/// <summary>Shows an authorization server which client it is.</summary>
internal sealed class ClientProof(ServerCredential credential, string secret, TimeProvider time)
{
    private const string AssertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
    private static readonly TimeSpan AssertionLife = TimeSpan.FromMinutes(1);

    /// <summary>Adds the proof to a form, or returns it as a header.</summary>
    /// <param name="form">The form of the token request.</param>
    /// <param name="server">Who gets it.</param>
    /// <exception cref="CredentialException">The server takes none that this client has.</exception>
    public AuthenticationHeaderValue? Add(List<KeyValuePair<string, string>> form, AuthorizationServer server)
    {
        var authentication = Choose(server.Authentications);
        if (authentication == ClientAuthentication.ClientSecretBasic)
        {
            // Both parts are encoded as in a form first (RFC 6749, 2.3.1).
            var text = $"{WebUtility.UrlEncode(credential.ClientId)}:{WebUtility.UrlEncode(secret)}";
            return new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(text)));
        }

        form.Add(new("client_id", credential.ClientId!));
        if (authentication == ClientAuthentication.ClientSecretPost)
        {
            form.Add(new("client_secret", secret));
        }
        else
        {
            form.Add(new("client_assertion_type", AssertionType));
            form.Add(new("client_assertion", Assert(server.Issuer)));
        }

        return null;
    }

    private ClientAuthentication Choose(IReadOnlyList<string> offered)
    {
        if (credential.Authentication is { } chosen)
        {
            return chosen;
        }

        if (credential.SecretIsKey == true)
        {
            return ClientAuthentication.PrivateKeyJwt;
        }

        // Who does not say takes the header (RFC 8414, 2).
        return offered.Count == 0 || offered.Contains("client_secret_basic", StringComparer.Ordinal)
            ? ClientAuthentication.ClientSecretBasic
            : offered.Contains("client_secret_post", StringComparer.Ordinal)
                ? ClientAuthentication.ClientSecretPost
                : throw new CredentialException("The authorization server takes no client secret.");
    }

    private string Assert(string audience)
    {
        var now = time.GetUtcNow();
        var claims = new JsonObject
        {
            ["iss"] = credential.ClientId,
            ["sub"] = credential.ClientId,
            ["aud"] = audience,
            ["iat"] = now.ToUnixTimeSeconds(),
            ["exp"] = (now + AssertionLife).ToUnixTimeSeconds(),
            ["jti"] = RandomNumberGenerator.GetHexString(32),
        };
        try
        {
            return SigningKey.Sign(secret, Header, Encoding.UTF8.GetBytes(claims.ToJsonString()));
        }
        catch (CryptographicException)
        {
            throw new CredentialException("The private key of the client cannot be used.");
        }
    }

    private byte[] Header(string algorithm)
    {
        var header = new JsonObject { ["alg"] = algorithm, ["typ"] = "JWT" };
        if (credential.KeyId is { } id)
        {
            header["kid"] = id;
        }

        return Encoding.UTF8.GetBytes(header.ToJsonString());
    }
}
