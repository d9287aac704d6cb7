using McpRegistry.Servers;

namespace McpRegistry.Upstream;

/// <summary>Opens connections to endpoints.</summary>
internal interface IUpstreamConnector
{
    /// <summary>Opens a connection.</summary>
    /// <param name="server">The server.</param>
    /// <param name="endpoint">One of its endpoints.</param>
    /// <param name="profile">What a legacy server is told of its client.</param>
    /// <param name="cancellationToken">Cancels the attempt; throws <see cref="OperationCanceledException"/>.</param>
    /// <returns>The connection, or why there is none.</returns>
    ValueTask<ConnectResult> ConnectAsync(RegisteredServer server, ServerEndpoint endpoint, ClientProfile profile, CancellationToken cancellationToken);

    /// <summary>Forgets what was found out about an endpoint; it is gone or may have changed.</summary>
    void Forget(Guid endpointId);
}
