using System.Net;

namespace McpRegistry.Upstream;

/// <summary>What an address is for.</summary>
internal enum AddressKind
{
    Public,
    Loopback,
    Private,

    /// <summary>Refused unless the operator lists the network.</summary>
    Special,

    /// <summary>Never a server: refused whatever the operator lists.</summary>
    Never,
}

/// <summary>A registered block of addresses.</summary>
/// <param name="Network">The block.</param>
/// <param name="Kind">What it is for.</param>
/// <param name="Name">Its name for people.</param>
internal readonly record struct AddressBlock(IPNetwork Network, AddressKind Kind, string Name)
{
    public AddressBlock(string network, AddressKind kind, string name)
        : this(IPNetwork.Parse(network), kind, name)
    {
    }
}
