using System.Diagnostics.CodeAnalysis;
using System.Net;
using Microsoft.Extensions.Options;

namespace McpRegistry.Upstream;

/// <summary>Decides by <see cref="OutboundOptions"/> whether an address may be connected to.</summary>
internal sealed class OutboundAddressPolicy(IOptions<OutboundOptions> options)
{
    private readonly OutboundOptions _options = options.Value;
    private readonly IPNetwork[] _allowed = [.. options.Value.AllowedNetworks.Select(IPNetwork.Parse)];

    public bool AllowHttp => _options.AllowHttp;

    public static bool IsLoopback(IPAddress address) => AddressBlocks.Find(address).Kind == AddressKind.Loopback;

    /// <summary>Tells whether an address may be connected to, and if not, what the operator would have to change.</summary>
    public bool IsAllowed(IPAddress address, [NotNullWhen(false)] out string? reason)
    {
        var block = AddressBlocks.Find(address);
        reason = null;
        if (block.Kind == AddressKind.Public || (block.Kind != AddressKind.Never && IsListed(address)))
        {
            return true;
        }

        reason = block.Kind switch
        {
            AddressKind.Loopback when _options.AllowLoopback => null,
            AddressKind.Private when _options.AllowPrivateNetworks => null,
            AddressKind.Loopback => $"{address} is a loopback address; {OutboundOptions.SectionName}:AllowLoopback would allow it.",
            AddressKind.Private => $"{address} is a {block.Name} address; {OutboundOptions.SectionName}:AllowPrivateNetworks or AllowedNetworks would allow it.",
            AddressKind.Never => $"{address} is a {block.Name} address, which is never a server.",
            _ => $"{address} is a {block.Name} address; only {OutboundOptions.SectionName}:AllowedNetworks would allow it.",
        };
        return reason is null;
    }

    private bool IsListed(IPAddress address)
    {
        var unwrapped = AddressBlocks.Unwrap(address);
        foreach (var network in _allowed)
        {
            if (network.Contains(unwrapped))
            {
                return true;
            }
        }

        return false;
    }
}
