using System.Buffers.Binary;
using System.Security.Cryptography;
using McpRegistry.Tenancy;

namespace McpRegistry.Auditing;

/// <summary>
/// The hashes of the audit chain, for stores and for who verifies an export. docs/audit.md has the encoding byte by byte.
/// </summary>
public static class AuditHash
{
    /// <summary>The version of the encoding that is written.</summary>
    public const int Version = 1;

    /// <summary>The length of a hash in bytes (SHA-256).</summary>
    public const int Length = 32;

    /// <summary>Gets the hash that the first row of a chain has for its predecessor: zeros.</summary>
    public static ReadOnlyMemory<byte> None { get; } = new byte[Length];

    private static ReadOnlySpan<byte> Prefix => "mcp-audit-link/1"u8;

    /// <summary>Hashes what a row says, without its place in the chain.</summary>
    /// <param name="auditEvent">The event, with its time in whole microseconds, as stores keep it.</param>
    /// <returns>32 bytes.</returns>
    public static byte[] OfContent(AuditEvent auditEvent)
    {
        ArgumentNullException.ThrowIfNull(auditEvent);
        var encoding = new AuditEncoding();
        encoding.Write(auditEvent);
        return SHA256.HashData(encoding.Written);
    }

    /// <summary>Hashes a row at its place.</summary>
    /// <param name="tenant">Whose chain.</param>
    /// <param name="sequence">The number of the row.</param>
    /// <param name="previousHash">The hash of the row before, 32 bytes; <see cref="None"/> for the first.</param>
    /// <param name="contentHash">What <see cref="OfContent"/> gave.</param>
    /// <returns>32 bytes.</returns>
    /// <exception cref="ArgumentException">A hash is not 32 bytes long.</exception>
    public static byte[] OfRow(TenantId tenant, long sequence, ReadOnlySpan<byte> previousHash, ReadOnlySpan<byte> contentHash)
    {
        if (previousHash.Length != Length || contentHash.Length != Length)
        {
            throw new ArgumentException("A hash has 32 bytes.", nameof(previousHash));
        }

        Span<byte> input = stackalloc byte[16 + 16 + sizeof(long) + Length + Length];
        Prefix.CopyTo(input);
        tenant.Value.TryWriteBytes(input[16..], bigEndian: true, out _);
        BinaryPrimitives.WriteInt64BigEndian(input[32..], sequence);
        previousHash.CopyTo(input[40..]);
        contentHash.CopyTo(input[72..]);
        return SHA256.HashData(input);
    }
}
