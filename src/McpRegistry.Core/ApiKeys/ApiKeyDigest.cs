using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace McpRegistry.ApiKeys;

/// <summary>The SHA-256 of a presented key: what the cache remembers instead of the key.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct ApiKeyDigest(UInt128 High, UInt128 Low)
{
    /// <summary>Digests a key of at most <see cref="ApiKeyFormat.MaxLength"/> ASCII characters, without allocating.</summary>
    public static ApiKeyDigest Of(ReadOnlySpan<char> key)
    {
        Span<byte> bytes = stackalloc byte[ApiKeyFormat.MaxLength];
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        var length = Encoding.UTF8.GetBytes(key, bytes);
        SHA256.HashData(bytes[..length], hash);
        CryptographicOperations.ZeroMemory(bytes[..length]);
        return new ApiKeyDigest(MemoryMarshal.Read<UInt128>(hash), MemoryMarshal.Read<UInt128>(hash[16..]));
    }
}
