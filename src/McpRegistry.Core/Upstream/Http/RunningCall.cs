using McpRegistry.Protocol;
using McpRegistry.Upstream.Channels;

namespace McpRegistry.Upstream.Http;

/// <summary>A call whose answer is awaited on one stream while its server may speak of it on another, and on that one of other things.</summary>
/// <param name="observer">Hears what is said of the call.</param>
/// <param name="unasked">Hears what the stream of the call brings and is not about it.</param>
/// <param name="callerToken">The caller's.</param>
internal sealed class RunningCall(IUpstreamObserver observer, Action<UpstreamMessage> unasked, CancellationToken callerToken) : IUpstreamObserver
{
    private PendingRequest? _heard;

    public IUpstreamObserver Observer => observer;

    public bool MayBeMeant => observer.MayBeMeant;

    public bool TryAsk(UpstreamQuestion question) => observer.TryAsk(question);

    public ValueTask NotifiedAsync(UpstreamMessage notification, CancellationToken cancellationToken)
    {
        if (notification.Method is McpMethod.Progress or McpMethod.LogMessage or McpMethod.Cancelled or McpMethod.ElicitationComplete)
        {
            return observer.NotifiedAsync(notification, cancellationToken);
        }

        // Servers that tell of a change while they work at a call often do so where its caller listens.
        unasked(notification);
        return ValueTask.CompletedTask;
    }

    /// <summary>Passes a notification on without waiting: whoever reads the other stream reads it for all.</summary>
    public void Tell(UpstreamMessage notification) =>
        LazyInitializer.EnsureInitialized(ref _heard, () => new PendingRequest(observer, isWatch: false, maxAnswerBytes: 0, callerToken)).Tell(notification);

    /// <summary>Forgets what was not heard yet: the answer has come.</summary>
    public void End() => Volatile.Read(ref _heard)?.Abandon();
}
