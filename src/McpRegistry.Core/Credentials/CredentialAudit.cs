using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace McpRegistry.Credentials;

/// <summary>What the audit trail says of a credential: what may be shown, and whether the secret is another one.</summary>
internal static class CredentialAudit
{
    private const int MarkLength = 12;

    public static JsonObject? Members(ServerCredential? credential) => credential is null
        ? null
        : new JsonObject
        {
            ["kind"] = credential.Kind.ToString(),
            ["headers"] = Texts(credential.HeaderNames),
            ["userName"] = credential.UserName,
            ["clientId"] = credential.ClientId,
            ["keyId"] = credential.KeyId,
            ["authentication"] = credential.Authentication?.ToString(),
            ["issuer"] = credential.Issuer,
            ["tokenEndpoint"] = credential.TokenEndpoint,
            ["resource"] = credential.Resource,
            ["scopes"] = Texts(credential.Scopes),
            ["provider"] = credential.Provider,
            ["parameters"] = Texts(credential.Parameters.Keys.Order(StringComparer.Ordinal)),

            // Of the sealed text, which is never the same twice: a mark of the secret itself could be guessed at.
            ["secretMark"] = credential.Sealed is { } text ? Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..MarkLength] : null,
        };

    private static JsonArray Texts(IEnumerable<string> texts) => [.. texts.Select(static text => (JsonNode)text)];
}
