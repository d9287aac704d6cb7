using System.Security.Cryptography;
using McpRegistry.Sealing;
using Microsoft.AspNetCore.DataProtection;

namespace McpRegistry.AspNetCore.Sealing;

/// <summary>Seals with the key ring of the host, so that text outlives a restart and opens on every replica that shares the ring.</summary>
internal sealed class DataProtectionSealer(IDataProtectionProvider provider, TimeProvider time) : StateSealer(time)
{
    private readonly IDataProtector[] _protectors =
        [.. SealPurposes.All.Select(name => provider.CreateProtector("McpRegistry.Sealing", name))];

    protected override byte[] Encrypt(SealPurpose purpose, byte[] plain) => _protectors[(int)purpose].Protect(plain);

    protected override byte[]? Decrypt(SealPurpose purpose, byte[] cipher)
    {
        try
        {
            return _protectors[(int)purpose].Unprotect(cipher);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}
