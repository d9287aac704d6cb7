using McpRegistry.Discovery;
using McpRegistry.Snapshots;
using McpRegistry.Upstream;

namespace McpRegistry.Supervision;

/// <summary>Where a catalogue was read, and what that server tells of changes to it.</summary>
/// <param name="endpoint">The endpoint.</param>
/// <param name="handshake">What the server said of itself before the reading.</param>
internal sealed class CatalogueSource(SupervisedEndpoint endpoint, UpstreamHandshake handshake)
{
    private readonly ListKinds _offered = ListKindNames.Offered(handshake.Capabilities.Span);
    private readonly ListKinds _announced = ListKindNames.Announced(handshake.Capabilities.Span);

    /// <summary>Tells whether a list may have changed, or its life have ended, without a word of the server.</summary>
    public bool MayBeOld(ListKinds list, in ReadHint read, TimeProvider time)
    {
        if (endpoint.Connection is not { } connection || !ReferenceEquals(connection.Handshake, handshake))
        {
            // A session was opened anew without a new connection, perhaps with another version of the server.
            return true;
        }

        return (_offered & list) != ListKinds.None
            && read.Now(time).TtlMs == 0
            && (read.Said.TtlMs > 0 || (_announced & list) == ListKinds.None || ReferenceEquals(endpoint.Unheard, connection));
    }
}
