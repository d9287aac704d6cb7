using McpRegistry.Protocol;

namespace McpRegistry.Upstream;

/// <summary>Hears what an upstream sends before the answer of one request: progress and log messages.</summary>
internal interface IUpstreamObserver
{
    ValueTask NotifiedAsync(UpstreamMessage notification, CancellationToken cancellationToken);
}
