using System.Net;

namespace McpRegistry.Upstream;

/// <summary>Resolves names for <see cref="OutboundConnector"/>.</summary>
internal interface IAddressResolver
{
    ValueTask<IPAddress[]> ResolveAsync(string host, CancellationToken cancellationToken);
}
