namespace McpRegistry.Upstream.Channels;

/// <summary>A request that waits on a shared channel.</summary>
/// <param name="observer">Hears its notifications; null when nobody does.</param>
/// <param name="isWatch">Whether it is the subscription to changes, which runs as long as the connection and has no log messages.</param>
/// <param name="maxAnswerBytes">The largest answer.</param>
/// <param name="cancellationToken">The caller's.</param>
internal sealed class PendingRequest(IUpstreamObserver? observer, bool isWatch, int maxAnswerBytes, CancellationToken cancellationToken)
{
    private readonly TaskCompletionSource<UpstreamReply> _reply = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public IUpstreamObserver? Observer => observer;

    public bool IsWatch => isWatch;

    public int MaxAnswerBytes => maxAnswerBytes;

    public CancellationToken CancellationToken => cancellationToken;

    public Task<UpstreamReply> Reply => _reply.Task;

    public void Complete(UpstreamReply reply) => _reply.TrySetResult(reply);
}
