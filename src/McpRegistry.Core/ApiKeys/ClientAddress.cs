using System.Buffers.Binary;
using System.Net;
using System.Runtime.InteropServices;

namespace McpRegistry.ApiKeys;

/// <summary>
/// An address as 128 bits, so that nothing about it allocates: IPv4 in its mapped form, which is how a dual-stack socket
/// reports it anyway.
/// </summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct ClientAddress(UInt128 Bits)
{
    public const int Length = 128;
    public const int MappedPrefix = 96;

    private const int NetworkLength = 64;
    private const int AddressBytes = 16;
    private static readonly UInt128 MappedBits = new(0, 0x0000_FFFF_0000_0000);

    public bool IsIPv4 => (Bits & Mask(MappedPrefix)) == MappedBits;

    public static ClientAddress Of(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[AddressBytes];
        address.TryWriteBytes(bytes, out var written);
        return written == AddressBytes
            ? new(BinaryPrimitives.ReadUInt128BigEndian(bytes))
            : new(MappedBits | BinaryPrimitives.ReadUInt32BigEndian(bytes));
    }

    public static UInt128 Mask(int prefix) => prefix == 0 ? UInt128.Zero : UInt128.MaxValue << (Length - prefix);

    /// <summary>Cuts off what one subscriber chooses freely: the lower half of an IPv6 address.</summary>
    public ClientAddress ToSubscriber() => IsIPv4 ? this : new(Bits & Mask(NetworkLength));
}
