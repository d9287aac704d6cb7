using McpRegistry.EntityFrameworkCore.Servers;

namespace McpRegistry.EntityFrameworkCore.Discovery;

/// <summary>A server with one of its endpoints: few servers have a second, so a page with all that hangs on it is one answer.</summary>
internal sealed class SearchRow
{
    public required ServerEntity Server { get; init; }

    public DiscoveryEntity? Discovery { get; init; }

    public EndpointEntity? Endpoint { get; init; }
}
