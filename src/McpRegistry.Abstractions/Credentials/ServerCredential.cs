using System.Collections.Immutable;

namespace McpRegistry.Credentials;

/// <summary>The credential of a server as the store keeps it: what may be shown as it is, and the secrets sealed.</summary>
public sealed record ServerCredential
{
    /// <summary>Gets the kind.</summary>
    public required CredentialKind Kind { get; init; }

    /// <summary>Gets the names of the headers, in ordinal order; their values are in <see cref="Sealed"/>.</summary>
    public ImmutableArray<string> HeaderNames { get; init; } = [];

    /// <summary>Gets the user name; null for other kinds.</summary>
    public string? UserName { get; init; }

    /// <summary>Gets the client; null for other kinds.</summary>
    public string? ClientId { get; init; }

    /// <summary>Gets a value that tells whether the client has a private key rather than a secret; null for other kinds.</summary>
    public bool? SecretIsKey { get; init; }

    /// <summary>Gets the id of the client's key; null for none.</summary>
    public string? KeyId { get; init; }

    /// <summary>Gets how the client authenticates; null for what the authorization server offers.</summary>
    public ClientAuthentication? Authentication { get; init; }

    /// <summary>Gets the authorization server; null for the one that the server names.</summary>
    public string? Issuer { get; init; }

    /// <summary>Gets where tokens are given; null to find it by metadata.</summary>
    public string? TokenEndpoint { get; init; }

    /// <summary>Gets what tokens are for; null for what the server says, empty to leave it out.</summary>
    public string? Resource { get; init; }

    /// <summary>Gets the scopes; empty for those that the server wants.</summary>
    public ImmutableArray<string> Scopes { get; init; } = [];

    /// <summary>Gets the name of the provider; null for other kinds.</summary>
    public string? Provider { get; init; }

    /// <summary>Gets what the provider is told.</summary>
    public ImmutableDictionary<string, string> Parameters { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>Gets the secrets as <see cref="ISecretProtector"/> sealed them for this server; null when the kind has none.</summary>
    public string? Sealed { get; init; }
}
