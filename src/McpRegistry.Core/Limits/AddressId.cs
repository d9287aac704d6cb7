using System.Net;
using System.Net.Sockets;

namespace McpRegistry.Limits;

/// <summary>Makes a number of an address. Of IPv6 only the network counts (/64): one client has a whole one.</summary>
internal static class AddressId
{
    private const int Length = 16;
    private const int NetworkLength = 8;
    private const int V4Offset = 12;

    public static Guid Of(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[Length];
        bytes.Clear();
        if (address.AddressFamily == AddressFamily.InterNetwork)
        {
            bytes[10] = bytes[11] = byte.MaxValue;
            address.TryWriteBytes(bytes[V4Offset..], out _);
        }
        else
        {
            address.TryWriteBytes(bytes, out _);
            if (!address.IsIPv4MappedToIPv6)
            {
                bytes[NetworkLength..].Clear();
            }
        }

        return new Guid(bytes, bigEndian: true);
    }
}
