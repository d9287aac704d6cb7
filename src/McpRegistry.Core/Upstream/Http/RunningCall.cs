using McpRegistry.Protocol;
using McpRegistry.Upstream.Channels;

namespace McpRegistry.Upstream.Http;

/// <summary>A call whose answer is awaited on one stream while its server may speak of it on another.</summary>
/// <param name="observer">Hears what is said.</param>
/// <param name="cancellationToken">The caller's.</param>
internal sealed class RunningCall(IUpstreamObserver observer, CancellationToken cancellationToken)
{
    private PendingRequest? _heard;

    public IUpstreamObserver Observer => observer;

    /// <summary>Passes a notification on without waiting: whoever reads the other stream reads it for all.</summary>
    public void Tell(UpstreamMessage notification) =>
        LazyInitializer.EnsureInitialized(ref _heard, () => new PendingRequest(observer, isWatch: false, maxAnswerBytes: 0, cancellationToken)).Tell(notification);

    /// <summary>Forgets what was not heard yet: the answer has come.</summary>
    public void End() => Volatile.Read(ref _heard)?.Abandon();
}
