using System.Security.Cryptography;
using McpRegistry.Credentials;
using Microsoft.AspNetCore.DataProtection;

namespace McpRegistry.AspNetCore.Credentials;

/// <summary>Seals secrets with the key ring of the host. Keys that have expired still open what they sealed; those that are gone or revoked do not.</summary>
internal sealed class DataProtectionSecrets(IDataProtectionProvider provider) : ISecretProtector
{
    private const string Root = "McpRegistry.Credentials";

    public string Protect(string purpose, string secret) => provider.CreateProtector(Root, purpose).Protect(secret);

    public string? Unprotect(string purpose, string sealedText)
    {
        try
        {
            return provider.CreateProtector(Root, purpose).Unprotect(sealedText);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}
