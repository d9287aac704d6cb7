using McpRegistry.Servers;
using McpRegistry.Servers.Validation;

namespace McpRegistry.Credentials;

/// <summary>The form of a credential: what its kind needs, and nothing that goes with another one.</summary>
internal sealed class CredentialRule(CredentialVault vault, CredentialProviders providers, UrlCheck urls) : IServerRule
{
    private const string Path = "credential";
    private const int MaxParameters = 16;
    private const int MaxTextLength = 1_024;

    public void Check(ServerCandidate candidate)
    {
        if (candidate.Definition.Credential is not { } definition)
        {
            return;
        }

        if (candidate.Endpoints.Any(static endpoint => endpoint.Transport == TransportKind.Stdio))
        {
            candidate.Add(Path, "not_with_stdio", "A process is shown no credential; give it its secrets by environment.");
        }

        if (definition.Type is not { } kind || !Enum.IsDefined(kind))
        {
            candidate.Add(Path + ".type", "required", "The type is headers, basic, client_credentials or provider.");
            return;
        }

        RefuseForeign(candidate, definition, kind);
        if (kind != CredentialKind.Provider && !vault.CanSeal)
        {
            candidate.Add(Path, "no_protection", "This host has nothing to encrypt secrets with, so that none are stored; its operator has to register an ISecretProtector.");
        }

        switch (kind)
        {
            case CredentialKind.Headers:
                HeaderForm.Check(candidate, definition.Headers);
                break;
            case CredentialKind.Basic:
                CheckBasic(candidate, definition);
                break;
            case CredentialKind.ClientCredentials:
                ClientRule.Check(candidate, definition, urls);
                break;
            default:
                CheckProvider(candidate, definition);
                break;
        }
    }

    private static void RefuseForeign(ServerCandidate candidate, CredentialDefinition definition, CredentialKind kind)
    {
        var isClient = kind == CredentialKind.ClientCredentials;
        Refuse("headers", kind != CredentialKind.Headers && definition.Headers.Count > 0);
        Refuse("userName", kind != CredentialKind.Basic && definition.UserName is not null);
        Refuse("password", kind != CredentialKind.Basic && definition.Password is not null);
        Refuse("clientId", !isClient && definition.ClientId is not null);
        Refuse("clientSecret", !isClient && definition.ClientSecret is not null);
        Refuse("privateKey", !isClient && definition.PrivateKey is not null);
        Refuse("keyId", !isClient && definition.KeyId is not null);
        Refuse("authentication", !isClient && definition.Authentication is not null);
        Refuse("issuer", !isClient && definition.Issuer is not null);
        Refuse("tokenEndpoint", !isClient && definition.TokenEndpoint is not null);
        Refuse("resource", !isClient && definition.Resource is not null);
        Refuse("scopes", !isClient && definition.Scopes.Count > 0);
        Refuse("provider", kind != CredentialKind.Provider && definition.Provider is not null);
        Refuse("parameters", kind != CredentialKind.Provider && definition.Parameters.Count > 0);

        void Refuse(string member, bool present)
        {
            if (present)
            {
                candidate.Add($"{Path}.{member}", "not_with_type", $"A credential of this type has no {member}.");
            }
        }
    }

    private static void CheckBasic(ServerCandidate candidate, CredentialDefinition definition)
    {
        if (string.IsNullOrEmpty(definition.UserName))
        {
            candidate.Add(Path + ".userName", "required", "A basic credential needs a user name.");
        }
        else if (definition.UserName.Length > MaxTextLength || definition.UserName.Contains(':', StringComparison.Ordinal) || !PlainText.IsOneLine(definition.UserName))
        {
            candidate.Add(Path + ".userName", "user_name_form", $"A user name has at most {MaxTextLength} characters, no colon and no control characters.");
        }

        SecretForm.Check(candidate, Path + ".password", definition.Password);
    }

    private void CheckProvider(ServerCandidate candidate, CredentialDefinition definition)
    {
        if (string.IsNullOrEmpty(definition.Provider))
        {
            candidate.Add(Path + ".provider", "required", "Name a credential provider of this host.");
        }
        else if (!providers.MayUse(candidate.Origin, definition.Provider))
        {
            candidate.Add(
                Path + ".provider",
                "unknown_provider",
                candidate.Origin == ServerOrigin.Api
                    ? $"This host has no credential provider of that name that servers registered over REST may use; see {CredentialOptions.SectionName}:AllowedProviders."
                    : "This host has no credential provider of that name; register it with AddUpstreamCredentialProvider.");
        }

        if (definition.Parameters.Count > MaxParameters)
        {
            candidate.Add(Path + ".parameters", "too_many", $"A provider is told at most {MaxParameters} texts; these are {definition.Parameters.Count}.");
        }
        else if (definition.Parameters.Any(static pair => !IsText(pair.Key) || !IsText(pair.Value)))
        {
            candidate.Add(Path + ".parameters", "parameter_form", $"A parameter has a name and a text of at most {MaxTextLength} characters without control characters.");
        }
    }

    private static bool IsText(string? text) => text is { Length: <= MaxTextLength } && PlainText.IsOneLine(text);
}
