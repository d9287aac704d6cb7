using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace McpRegistry.ApiKeys;

/// <summary>The addresses and networks that a key may be used from, read once for a remembered key.</summary>
internal sealed class AddressList
{
    private readonly Network[] _networks;

    /// <summary>Reads the entries. One that is none matches nothing, so that a list never becomes wider than it was meant.</summary>
    public AddressList(ImmutableArray<string> entries) =>
        _networks = [.. entries.Select(static entry => TryRead(entry, out var network) ? network : (Network?)null).OfType<Network>()];

    /// <summary>Tells whether a text is an address, or a network without bits beyond its prefix, in its usual form.</summary>
    public static bool IsEntry(string text) => TryRead(text, out var network) && network.IsExact;

    public bool Contains(IPAddress? address)
    {
        if (address is null)
        {
            return false;
        }

        var client = ClientAddress.Of(address);
        foreach (var network in _networks)
        {
            if (network.Contains(client))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Tells whether every address of an entry is one of the list.</summary>
    public bool Covers(string entry) =>
        TryRead(entry, out var wanted) && Array.Exists(_networks, network => network.Prefix <= wanted.Prefix && network.Contains(wanted.Address));

    private static bool TryRead(string text, out Network network)
    {
        network = default;
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        var name = slash < 0 ? text : text[..slash];
        if (name.Contains('%', StringComparison.Ordinal) || !IPAddress.TryParse(name, out var address))
        {
            return false;
        }

        // 10.1 and 0x0a000001 are addresses to the parser of the system, and not what anybody means to write here.
        var isIPv4 = address.AddressFamily == AddressFamily.InterNetwork;
        if (isIPv4 ? address.ToString() != name : name.Contains('[', StringComparison.Ordinal))
        {
            return false;
        }

        var longest = isIPv4 ? ClientAddress.Length - ClientAddress.MappedPrefix : ClientAddress.Length;
        var prefix = longest;
        if (slash >= 0 && (!int.TryParse(text.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out prefix) || prefix > longest))
        {
            return false;
        }

        network = new Network(ClientAddress.Of(address), prefix + ClientAddress.Length - longest);
        return true;
    }

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Network(ClientAddress Address, int Prefix)
    {
        public bool IsExact => (Address.Bits & ~ClientAddress.Mask(Prefix)) == UInt128.Zero;

        /// <summary>A wide IPv6 network such as ::/0 holds the mapped form of IPv4 only by its bits, not by its meaning.</summary>
        public bool Contains(ClientAddress client) =>
            (Prefix >= ClientAddress.MappedPrefix || !client.IsIPv4)
            && ((client.Bits ^ Address.Bits) & ClientAddress.Mask(Prefix)) == UInt128.Zero;
    }
}
