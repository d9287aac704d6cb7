using System.Net;

namespace McpRegistry.Upstream;

internal sealed class DnsAddressResolver : IAddressResolver
{
    public async ValueTask<IPAddress[]> ResolveAsync(string host, CancellationToken cancellationToken) =>
        await Dns.GetHostAddressesAsync(host, cancellationToken).ConfigureAwait(false);
}
