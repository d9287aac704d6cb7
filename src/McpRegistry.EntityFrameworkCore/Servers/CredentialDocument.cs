using System.Collections.Immutable;
using McpRegistry.Credentials;

namespace McpRegistry.EntityFrameworkCore.Servers;

/// <summary>The credential of a server as one column: its secrets come sealed and stay so.</summary>
internal sealed class CredentialDocument
{
    public required string Kind { get; init; }

    public string[] HeaderNames { get; init; } = [];

    public string? UserName { get; init; }

    public string? ClientId { get; init; }

    public bool? SecretIsKey { get; init; }

    public string? KeyId { get; init; }

    public string? Authentication { get; init; }

    public string? Issuer { get; init; }

    public string? TokenEndpoint { get; init; }

    public string? Resource { get; init; }

    public string[] Scopes { get; init; } = [];

    public string? Provider { get; init; }

    public SortedDictionary<string, string> Parameters { get; init; } = new(StringComparer.Ordinal);

    public string? Sealed { get; init; }

    public static CredentialDocument? Of(ServerCredential? credential) => credential is null
        ? null
        : new CredentialDocument
        {
            Kind = credential.Kind.ToString(),
            HeaderNames = credential.HeaderNames.IsDefault ? [] : [.. credential.HeaderNames],
            UserName = credential.UserName,
            ClientId = credential.ClientId,
            SecretIsKey = credential.SecretIsKey,
            KeyId = credential.KeyId,
            Authentication = credential.Authentication?.ToString(),
            Issuer = credential.Issuer,
            TokenEndpoint = credential.TokenEndpoint,
            Resource = credential.Resource,
            Scopes = credential.Scopes.IsDefault ? [] : [.. credential.Scopes],
            Provider = credential.Provider,
            Parameters = new SortedDictionary<string, string>(credential.Parameters, StringComparer.Ordinal),
            Sealed = credential.Sealed,
        };

    public ServerCredential ToRecord() => new()
    {
        Kind = Enum.Parse<CredentialKind>(Kind),
        HeaderNames = [.. HeaderNames],
        UserName = UserName,
        ClientId = ClientId,
        SecretIsKey = SecretIsKey,
        KeyId = KeyId,
        Authentication = Authentication is { } authentication ? Enum.Parse<ClientAuthentication>(authentication) : null,
        Issuer = Issuer,
        TokenEndpoint = TokenEndpoint,
        Resource = Resource,
        Scopes = [.. Scopes],
        Provider = Provider,
        Parameters = Parameters.ToImmutableDictionary(StringComparer.Ordinal),
        Sealed = Sealed,
    };
}
