using System.Collections.Immutable;
using McpRegistry.Servers;
using McpRegistry.Servers.Validation;
using McpRegistry.Tenancy;

namespace McpRegistry.Credentials;

/// <summary>Makes the stored form of a credential. One that says what is stored already stays as it is: sealing is never the same twice.</summary>
internal sealed class CredentialComposer(CredentialVault vault, CredentialMask mask)
{
    public ServerCredential? Compose(TenantId tenant, Guid id, ServerCandidate candidate, RegisteredServer? existing)
    {
        if (candidate.Definition.Credential is not { } definition)
        {
            return null;
        }

        var secrets = mask.Resolve(candidate, existing);
        var composed = Describe(definition);
        if (existing?.Credential is { } stored
            && CredentialEquality.SaySame(stored with { Sealed = null }, composed)
            && secrets.Equals(vault.Open(existing)))
        {
            return stored;
        }

        return secrets.IsEmpty ? composed : composed with { Sealed = vault.Seal(tenant, id, secrets) };
    }

    private static ServerCredential Describe(CredentialDefinition definition) => new()
    {
        Kind = definition.Type!.Value,
        HeaderNames = [.. definition.Headers.Keys.Order(StringComparer.Ordinal)],
        UserName = definition.UserName,
        ClientId = definition.ClientId,
        SecretIsKey = definition.Type == CredentialKind.ClientCredentials ? definition.PrivateKey is not null : null,
        KeyId = definition.KeyId,
        Authentication = definition.Authentication,
        Issuer = definition.Issuer,
        TokenEndpoint = definition.TokenEndpoint,
        Resource = definition.Resource,
        Scopes = [.. definition.Scopes.Distinct(StringComparer.Ordinal)],
        Provider = definition.Provider,
        Parameters = definition.Parameters.ToImmutableDictionary(StringComparer.Ordinal),
    };
}
