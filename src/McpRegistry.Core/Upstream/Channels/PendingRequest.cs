namespace McpRegistry.Upstream.Channels;

/// <summary>A request that waits on a shared channel.</summary>
internal sealed class PendingRequest(IUpstreamObserver? observer, int maxAnswerBytes, CancellationToken cancellationToken)
{
    private readonly TaskCompletionSource<UpstreamReply> _reply = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public IUpstreamObserver? Observer => observer;

    public int MaxAnswerBytes => maxAnswerBytes;

    public CancellationToken CancellationToken => cancellationToken;

    public Task<UpstreamReply> Reply => _reply.Task;

    public void Complete(UpstreamReply reply) => _reply.TrySetResult(reply);
}
