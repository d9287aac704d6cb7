using System.Collections.Immutable;
using McpRegistry.AspNetCore.Http;
using McpRegistry.Credentials;
using McpRegistry.Servers;

namespace McpRegistry.AspNetCore.Credentials;

/// <summary>A credential as REST answers it: what a PUT takes, with masks for secrets. Members that its kind has not are left out.</summary>
internal sealed record CredentialView(string Type)
{
    public IReadOnlyDictionary<string, string>? Headers { get; init; }

    public string? UserName { get; init; }

    public string? Password { get; init; }

    public string? ClientId { get; init; }

    public string? ClientSecret { get; init; }

    public string? PrivateKey { get; init; }

    public string? KeyId { get; init; }

    public string? Authentication { get; init; }

    public string? Issuer { get; init; }

    public string? TokenEndpoint { get; init; }

    public string? Resource { get; init; }

    public ImmutableArray<string>? Scopes { get; init; }

    public string? Provider { get; init; }

    public IReadOnlyDictionary<string, string>? Parameters { get; init; }

    public static CredentialView? Of(ServerCredential? credential) => credential is null
        ? null
        : new CredentialView(WireNames<CredentialKind>.Of(credential.Kind))
        {
            Headers = credential.Kind == CredentialKind.Headers
                ? credential.HeaderNames.ToDictionary(static name => name, static _ => MaskedEnvironment.Mask, StringComparer.Ordinal)
                : null,
            UserName = credential.UserName,
            Password = credential.Kind == CredentialKind.Basic ? MaskedEnvironment.Mask : null,
            ClientId = credential.ClientId,
            ClientSecret = credential.SecretIsKey == false ? MaskedEnvironment.Mask : null,
            PrivateKey = credential.SecretIsKey == true ? MaskedEnvironment.Mask : null,
            KeyId = credential.KeyId,
            Authentication = credential.Authentication is { } authentication ? WireNames<ClientAuthentication>.Of(authentication) : null,
            Issuer = credential.Issuer,
            TokenEndpoint = credential.TokenEndpoint,
            Resource = credential.Resource,
            Scopes = credential.Kind == CredentialKind.ClientCredentials ? credential.Scopes : null,
            Provider = credential.Provider,
            Parameters = credential.Kind == CredentialKind.Provider ? credential.Parameters : null,
        };
}
