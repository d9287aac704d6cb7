using System.Security.Cryptography;

namespace McpRegistry.Sealing;

/// <summary>Seals with AES-GCM and keys that live as long as this process. For hosts that bring no key ring.</summary>
internal sealed class ProcessKeySealer(TimeProvider time) : StateSealer(time)
{
    private const int KeyBytes = 32;
    private const int NonceBytes = 12;
    private const int TagBytes = 16;

    private readonly byte[][] _keys = [.. SealPurposes.All.Select(static _ => RandomNumberGenerator.GetBytes(KeyBytes))];

    protected override byte[] Encrypt(SealPurpose purpose, byte[] plain)
    {
        var sealedBytes = new byte[NonceBytes + TagBytes + plain.Length];
        var nonce = sealedBytes.AsSpan(0, NonceBytes);
        RandomNumberGenerator.Fill(nonce);
        using var aes = Cipher(purpose);
        aes.Encrypt(nonce, plain, sealedBytes.AsSpan(NonceBytes + TagBytes), sealedBytes.AsSpan(NonceBytes, TagBytes));
        return sealedBytes;
    }

    protected override byte[]? Decrypt(SealPurpose purpose, byte[] cipher)
    {
        if (cipher.Length < NonceBytes + TagBytes)
        {
            return null;
        }

        var plain = new byte[cipher.Length - NonceBytes - TagBytes];
        using var aes = Cipher(purpose);
        try
        {
            aes.Decrypt(cipher.AsSpan(0, NonceBytes), cipher.AsSpan(NonceBytes + TagBytes), cipher.AsSpan(NonceBytes, TagBytes), plain);
            return plain;
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }
    }

    /// <summary>One per use: an instance is not safe for concurrent ones.</summary>
    private AesGcm Cipher(SealPurpose purpose) => new(_keys[(int)purpose], TagBytes);
}
