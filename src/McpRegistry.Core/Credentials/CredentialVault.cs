using McpRegistry.Servers;
using McpRegistry.Tenancy;

namespace McpRegistry.Credentials;

/// <summary>Seals the secrets of servers, each for its server alone: what is copied to the row of another one does not open there.</summary>
internal sealed class CredentialVault(ISecretProtector? protector = null)
{
    public bool CanSeal => protector is not null;

    public string Seal(TenantId tenant, Guid server, CredentialSecrets secrets) =>
        (protector ?? throw new InvalidOperationException("No ISecretProtector is registered.")).Protect(Purpose(tenant, server), secrets.ToJson());

    /// <summary>Opens the secrets of a server; null when the host has not, or no longer, the key. A kind without secrets has empty ones.</summary>
    public CredentialSecrets? Open(RegisteredServer server) => server.Credential?.Sealed is not { } text
        ? new CredentialSecrets()
        : protector?.Unprotect(Purpose(server.Tenant, server.Id), text) is { } json ? CredentialSecrets.FromJson(json) : null;

    private static string Purpose(TenantId tenant, Guid server) => $"server/{tenant.Value:N}/{server:N}";
}
