using McpRegistry.Protocol;
using McpRegistry.Upstream;

namespace McpRegistry.Supervision;

/// <summary>Hears what happens to an endpoint.</summary>
internal interface IEndpointListener
{
    /// <summary>The endpoint answers, and callers are about to get the connection.</summary>
    void Connecting(SupervisedEndpoint endpoint)
    {
    }

    /// <summary>Callers can get the connection.</summary>
    void Connected(SupervisedEndpoint endpoint);

    void Disconnected(SupervisedEndpoint endpoint, UpstreamFault fault);

    /// <summary>An old connection could not be closed in order.</summary>
    void CloseFailed(Exception exception);

    /// <summary>A list of the server changed, or may have.</summary>
    void Changed(McpMethod notification);

    /// <summary>A resource of the server changed.</summary>
    void Updated(string uri)
    {
    }
}
