using McpRegistry.Servers;
using McpRegistry.Servers.Validation;

namespace McpRegistry.Credentials;

/// <summary>
/// Answers show secrets as <see cref="MaskedEnvironment.Mask"/>; a caller that sends the mask back means "as it was". The secret stays
/// only where it goes to the same places in the same name: otherwise a writer could have it sent to a server of his own.
/// </summary>
internal sealed class CredentialMask(CredentialVault vault)
{
    public static bool IsMask(ServerOrigin origin, string? value) => origin == ServerOrigin.Api && value == MaskedEnvironment.Mask;

    /// <summary>Reports the masks that stand for nothing.</summary>
    public void Check(ServerCandidate candidate, RegisteredServer? existing)
    {
        if (candidate.Definition.Credential is not { } definition)
        {
            return;
        }

        var stored = FindKept(candidate, existing);
        foreach (var (path, value) in CredentialMembers.Secrets(definition))
        {
            if (IsMask(candidate.Origin, value) && Find(stored, path) is null)
            {
                candidate.Add(
                    path,
                    "masked_value",
                    $"'{MaskedEnvironment.Mask}' keeps a stored secret, and there is none that this host can open for these URLs and this name; send the secret.");
            }
        }
    }

    /// <summary>Gets the secrets of a definition, with the stored ones in the place of masks.</summary>
    public CredentialSecrets Resolve(ServerCandidate candidate, RegisteredServer? existing)
    {
        var definition = candidate.Definition.Credential!;
        var stored = FindKept(candidate, existing);
        string Read(string path, string value) => IsMask(candidate.Origin, value) ? Find(stored, path) ?? value : value;
        var headers = definition.Headers.ToDictionary(
            static header => header.Key, header => Read(CredentialMembers.Header(header.Key), header.Value), StringComparer.Ordinal);
        var main = CredentialMembers.Main(definition) is { } secret ? Read(secret.Path, secret.Value) : null;
        return new CredentialSecrets { Headers = new SortedDictionary<string, string>(headers, StringComparer.Ordinal), Main = main };
    }

    private static string? Find(CredentialSecrets? stored, string path) => stored is null
        ? null
        : CredentialMembers.HeaderName(path) is { } name ? stored.Headers.GetValueOrDefault(name) : stored.Main;

    private CredentialSecrets? FindKept(ServerCandidate candidate, RegisteredServer? existing) =>
        existing?.Credential is { } credential
        && IsSamePlace(candidate.Definition.Credential!, credential)
        && candidate.Endpoints.All(endpoint => existing.Endpoints.Any(stored => string.Equals(stored.Url, endpoint.Definition.Url, StringComparison.Ordinal)))
            ? vault.Open(existing)
            : null;

    private static bool IsSamePlace(CredentialDefinition definition, ServerCredential stored) =>
        definition.Type == stored.Kind
        && string.Equals(definition.UserName, stored.UserName, StringComparison.Ordinal)
        && string.Equals(definition.ClientId, stored.ClientId, StringComparison.Ordinal)
        && string.Equals(definition.Issuer, stored.Issuer, StringComparison.Ordinal)
        && string.Equals(definition.TokenEndpoint, stored.TokenEndpoint, StringComparison.Ordinal)

        // A key that is kept must not become a secret, which is sent.
        && definition.PrivateKey is not null == (stored.SecretIsKey == true);
}
