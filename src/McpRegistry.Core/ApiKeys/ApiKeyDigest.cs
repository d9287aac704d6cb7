using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace McpRegistry.ApiKeys;

/// <summary>The SHA-256 of a presented key: what the cache remembers instead of the key.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly struct ApiKeyDigest(ulong first, ulong second, ulong third, ulong fourth) : IEquatable<ApiKeyDigest>
{
    // Whoever knows how texts fall into buckets could pick texts that all fall into one.
    private static readonly ulong Seed = BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong))) | 1;

    private readonly ulong _first = first;
    private readonly ulong _second = second;
    private readonly ulong _third = third;
    private readonly ulong _fourth = fourth;

    /// <summary>Digests a text that may be a key, without allocating.</summary>
    /// <returns>False for what cannot be one: too long, or not ASCII.</returns>
    public static bool TryCompute(ReadOnlySpan<char> text, out ApiKeyDigest digest)
    {
        digest = default;
        if (text.Length > ApiKeyFormat.MaxLength)
        {
            return false;
        }

        Span<byte> bytes = stackalloc byte[ApiKeyFormat.MaxLength];
        bytes = bytes[..text.Length];
        if (Ascii.FromUtf16(text, bytes, out _) != System.Buffers.OperationStatus.Done)
        {
            return false;
        }

        Span<ulong> hash = stackalloc ulong[SHA256.HashSizeInBytes / sizeof(ulong)];
        SHA256.HashData(bytes, MemoryMarshal.AsBytes(hash));
        CryptographicOperations.ZeroMemory(bytes);
        digest = new ApiKeyDigest(hash[0], hash[1], hash[2], hash[3]);
        return true;
    }

    /// <summary>Compares every word, wherever the first difference is.</summary>
    public bool Equals(ApiKeyDigest other) =>
        ((_first ^ other._first) | (_second ^ other._second) | (_third ^ other._third) | (_fourth ^ other._fourth)) == 0;

    public override bool Equals([NotNullWhen(true)] object? obj) => obj is ApiKeyDigest other && Equals(other);

    public override int GetHashCode() => (int)((_first * Seed) >> 32);
}
