using McpRegistry.Credentials.OAuth;
using McpRegistry.Servers;
using McpRegistry.Servers.Validation;

namespace McpRegistry.Credentials;

/// <summary>The form of a client of OAuth.</summary>
internal static class ClientRule
{
    private const int MaxTextLength = 1_024;
    private const int MaxKeyLength = 16_384;
    private const int MaxUrlLength = 2_048;
    private const int MaxScopes = 64;

    public static void Check(ServerCandidate candidate, CredentialDefinition definition, UrlCheck urls)
    {
        CheckText(candidate, "clientId", definition.ClientId, isRequired: true);
        CheckText(candidate, "keyId", definition.KeyId, isRequired: false);
        CheckSecret(candidate, definition);
        CheckUrl(candidate, "issuer", definition.Issuer, urls);
        CheckUrl(candidate, "tokenEndpoint", definition.TokenEndpoint, urls);
        if (definition.Issuer?.Contains('?', StringComparison.Ordinal) == true)
        {
            candidate.Add("credential.issuer", "issuer_form", "An issuer has no query.");
        }

        if (definition.Resource is { Length: > 0 } resource && !IsResource(resource))
        {
            candidate.Add("credential.resource", "resource_form", "A resource is an absolute URI without a fragment, or empty to name none.");
        }

        if (definition.Scopes.Count > MaxScopes)
        {
            candidate.Add("credential.scopes", "too_many", $"At most {MaxScopes} scopes are asked for; these are {definition.Scopes.Count}.");
        }
        else if (!definition.Scopes.All(ScopeSet.IsScope))
        {
            candidate.Add("credential.scopes", "scope_form", "A scope has visible ASCII characters only, none of them a quotation mark or a backslash.");
        }
    }

    private static void CheckText(ServerCandidate candidate, string member, string? text, bool isRequired)
    {
        if (isRequired && string.IsNullOrEmpty(text))
        {
            candidate.Add("credential." + member, "required", "A client needs its id.");
        }
        else if (text is not null && (text.Length is 0 or > MaxTextLength || !PlainText.IsOneLine(text)))
        {
            candidate.Add("credential." + member, "text_form", $"The text has 1 to {MaxTextLength} characters and no control characters.");
        }
    }

    private static void CheckSecret(ServerCandidate candidate, CredentialDefinition definition)
    {
        var wantsKey = definition.Authentication == ClientAuthentication.PrivateKeyJwt;
        if (definition.Authentication is { } authentication && !Enum.IsDefined(authentication))
        {
            candidate.Add("credential.authentication", "unknown_value", "The authentication is client_secret_basic, client_secret_post or private_key_jwt.");
        }

        switch (definition)
        {
            case { ClientSecret: not null, PrivateKey: not null }:
                candidate.Add("credential.privateKey", "two_forms", "A client has a secret or a private key, not both.");
                break;
            case { PrivateKey: { } key }:
                CheckKey(candidate, key, definition.Authentication is null || wantsKey);
                break;
            case { ClientSecret: not null } when wantsKey:
                candidate.Add("credential.clientSecret", "not_with_authentication", "With private_key_jwt a client has a private key and no secret.");
                break;
            default:
                SecretForm.Check(candidate, wantsKey ? "credential.privateKey" : "credential.clientSecret", definition.ClientSecret);
                break;
        }
    }

    private static void CheckKey(ServerCandidate candidate, string key, bool isUsed)
    {
        if (!isUsed)
        {
            candidate.Add("credential.privateKey", "not_with_authentication", "A private key goes with private_key_jwt.");
        }
        else if (!CredentialMask.IsMask(candidate.Origin, key) && (key.Length > MaxKeyLength || !SigningKey.IsUsable(key)))
        {
            candidate.Add("credential.privateKey", "private_key_form", "The key is to be one in PEM form, not encrypted: EC on P-256, P-384 or P-521, or RSA of 2,048 to 8,192 bits.");
        }
    }

    private static void CheckUrl(ServerCandidate candidate, string member, string? url, UrlCheck urls)
    {
        if (url is not null)
        {
            urls.Check(candidate, "credential." + member, url, TransportKind.StreamableHttp);
        }
    }

    private static bool IsResource(string text) =>
        text.Length <= MaxUrlLength && PlainText.IsOneLine(text) && !text.Contains('#', StringComparison.Ordinal) && !text.Contains(' ', StringComparison.Ordinal)
        && Uri.TryCreate(text, UriKind.Absolute, out _);
}
