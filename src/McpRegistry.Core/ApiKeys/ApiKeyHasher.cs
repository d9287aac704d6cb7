using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;

namespace McpRegistry.ApiKeys;

/// <summary>
/// Hashes keys with HMAC-SHA-256 under the pepper. A fast hash is right here: keys carry 256 random bits, so that there is
/// nothing for a slow one to protect, and every cold request pays for it.
/// </summary>
internal sealed class ApiKeyHasher(IOptions<ApiKeyOptions> options)
{
    public const int HashLength = HMACSHA256.HashSizeInBytes;
    private const int SaltLength = 16;
    private const string SuppliedIdPrefix = "op-";

    private static readonly byte[] LookupContext = "mcpregistry:lookup:"u8.ToArray();
    private readonly byte[] _pepper = Encoding.UTF8.GetBytes(options.Value.Pepper ?? "");

    /// <summary>Makes the salt and hash of a key that is about to be stored.</summary>
    public (byte[] Salt, byte[] Hash) Hash(string key)
    {
        var salt = RandomNumberGenerator.GetBytes(SaltLength);
        var hash = new byte[HashLength];
        Compute(salt, key, hash);
        return (salt, hash);
    }

    /// <summary>Compares in a time that tells nothing about where the texts differ.</summary>
    public bool Verify(ReadOnlySpan<char> presented, ReadOnlySpan<byte> salt, ReadOnlySpan<byte> hash)
    {
        Span<byte> computed = stackalloc byte[HashLength];
        Compute(salt, presented, computed);
        return CryptographicOperations.FixedTimeEquals(computed, hash);
    }

    /// <summary>Finds the look-up id of a well-formed key: the one it names, or one derived from it.</summary>
    public string GetLookupId(ReadOnlySpan<char> key, ApiKeyForm form)
    {
        if (form == ApiKeyForm.Issued)
        {
            return ApiKeyFormat.GetId(key).ToString();
        }

        Span<byte> hash = stackalloc byte[HashLength];
        Compute(LookupContext, key, hash);
        return SuppliedIdPrefix + Convert.ToHexStringLower(hash[..(HashLength / 2)]);
    }

    private void Compute(ReadOnlySpan<byte> salt, ReadOnlySpan<char> key, Span<byte> destination)
    {
        // Well-formed keys are ASCII and bounded, so that this always fits.
        Span<byte> message = stackalloc byte[128 + ApiKeyFormat.MaxLength];
        salt.CopyTo(message);
        var length = salt.Length + Encoding.UTF8.GetBytes(key, message[salt.Length..]);
        HMACSHA256.HashData(_pepper, message[..length], destination);
        CryptographicOperations.ZeroMemory(message[..length]);
    }
}
