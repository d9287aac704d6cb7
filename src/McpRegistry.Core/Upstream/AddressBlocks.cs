using System.Net;
using System.Net.Sockets;

namespace McpRegistry.Upstream;

/// <summary>
/// The special-purpose blocks of the IANA registries for IPv4 and IPv6 (RFC 6890 and its updates). The first match decides,
/// so that smaller blocks stand before those around them.
/// </summary>
internal static class AddressBlocks
{
    private static readonly AddressBlock[] V4 =
    [
        new("0.0.0.0/32", AddressKind.Never, "unspecified"),
        new("0.0.0.0/8", AddressKind.Never, "this-network"),
        new("10.0.0.0/8", AddressKind.Private, "private"),
        new("100.64.0.0/10", AddressKind.Special, "carrier-grade NAT"),
        new("127.0.0.0/8", AddressKind.Loopback, "loopback"),

        // Public by number, but on machines of Azure the platform's own service, which hands out certificates and settings.
        new("168.63.129.16/32", AddressKind.Special, "cloud metadata"),
        new("169.254.0.0/16", AddressKind.Special, "link-local"),
        new("172.16.0.0/12", AddressKind.Private, "private"),
        new("192.0.0.0/24", AddressKind.Special, "IETF protocol"),
        new("192.0.2.0/24", AddressKind.Special, "documentation"),
        new("192.88.99.0/24", AddressKind.Special, "6to4 relay"),
        new("192.168.0.0/16", AddressKind.Private, "private"),
        new("198.18.0.0/15", AddressKind.Special, "benchmarking"),
        new("198.51.100.0/24", AddressKind.Special, "documentation"),
        new("203.0.113.0/24", AddressKind.Special, "documentation"),
        new("224.0.0.0/4", AddressKind.Never, "multicast"),
        new("255.255.255.255/32", AddressKind.Never, "broadcast"),
        new("240.0.0.0/4", AddressKind.Special, "reserved"),
    ];

    private static readonly AddressBlock[] V6 =
    [
        new("::/128", AddressKind.Never, "unspecified"),
        new("::1/128", AddressKind.Loopback, "loopback"),
        new("::/96", AddressKind.Special, "IPv4-compatible"),
        new("64:ff9b:1::/48", AddressKind.Special, "local NAT64"),
        new("100::/64", AddressKind.Never, "discard-only"),
        new("2001::/32", AddressKind.Special, "Teredo"),
        new("2001::/23", AddressKind.Special, "IETF protocol"),
        new("2001:db8::/32", AddressKind.Special, "documentation"),
        new("2002::/16", AddressKind.Special, "6to4"),
        new("3fff::/20", AddressKind.Special, "documentation"),
        new("2000::/3", AddressKind.Public, "public"),

        // Instance metadata of clouds inside the private range (EC2 and EKS, GCE, OCI, Scaleway): credentials for whoever can ask.
        new("fd00:ec2::/32", AddressKind.Special, "cloud metadata"),
        new("fd20:ce::254/128", AddressKind.Special, "cloud metadata"),
        new("fd00:c1::a9fe:a9fe/128", AddressKind.Special, "cloud metadata"),
        new("fd00:42::42/128", AddressKind.Special, "cloud metadata"),
        new("fc00::/7", AddressKind.Private, "unique-local"),
        new("fe80::/10", AddressKind.Special, "link-local"),
        new("fec0::/10", AddressKind.Special, "site-local"),
        new("ff00::/8", AddressKind.Never, "multicast"),
        new("::/0", AddressKind.Special, "reserved"),
    ];

    private static readonly IPNetwork Nat64 = IPNetwork.Parse("64:ff9b::/96");

    /// <summary>Finds the block; IPv4 addresses that travel inside IPv6 are judged as the IPv4 address they lead to.</summary>
    public static AddressBlock Find(IPAddress address)
    {
        var effective = Unwrap(address);
        foreach (var block in effective.AddressFamily == AddressFamily.InterNetwork ? V4 : V6)
        {
            if (block.Network.Contains(effective))
            {
                return block;
            }
        }

        return new AddressBlock(new IPNetwork(IPAddress.Any, 0), AddressKind.Public, "public");
    }

    /// <summary>Takes the IPv4 address out of the mapped and the NAT64 form; other addresses come back as they are.</summary>
    public static IPAddress Unwrap(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
        {
            return address.MapToIPv4();
        }

        // A scope id is no part of the address, but keeps IPNetwork from matching.
        var plain = address.AddressFamily == AddressFamily.InterNetworkV6 ? new IPAddress(address.GetAddressBytes()) : address;
        if (!Nat64.Contains(plain))
        {
            return plain;
        }

        Span<byte> bytes = stackalloc byte[16];
        plain.TryWriteBytes(bytes, out _);
        return new IPAddress(bytes[12..]);
    }
}
