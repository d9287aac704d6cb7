using System.Collections.Concurrent;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace McpRegistry.ConformanceServer.Changes;

/// <summary>The resources that one session subscribed to.</summary>
internal sealed class WatchedResources
{
    private readonly ConcurrentDictionary<string, byte> _uris = new(StringComparer.Ordinal);

    public bool Contains(string uri) => _uris.ContainsKey(uri);

    public ValueTask<EmptyResult> SubscribeAsync(RequestContext<SubscribeRequestParams> request, CancellationToken cancellationToken)
    {
        _uris.TryAdd(request.Params.Uri, 0);
        return ValueTask.FromResult(new EmptyResult());
    }

    public ValueTask<EmptyResult> UnsubscribeAsync(RequestContext<UnsubscribeRequestParams> request, CancellationToken cancellationToken)
    {
        _uris.TryRemove(request.Params.Uri, out _);
        return ValueTask.FromResult(new EmptyResult());
    }
}
