using McpRegistry.Discovery;
using McpRegistry.Protocol;
using McpRegistry.Upstream;

namespace McpRegistry.Watching;

/// <summary>One <c>subscriptions/listen</c> at a modern server.</summary>
internal sealed class ListenRun : IUpstreamObserver, IAsyncDisposable
{
    private static readonly TimeSpan AcknowledgementTimeout = TimeSpan.FromSeconds(30);

    private readonly UpstreamWatch _watch;
    private readonly HashSet<string> _accepted = new(StringComparer.Ordinal);
    private readonly HashSet<WatchedResource> _wanted;
    private readonly TaskCompletionSource _acknowledged = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task<UpstreamReply> _running;

    public ListenRun(UpstreamWatch watch, UpstreamConnection connection, IReadOnlyCollection<WatchedResource> wanted)
    {
        _watch = watch;
        _wanted = [.. wanted];
        _running = RunAsync(connection, OwnRequest.ListenFor(wanted.Select(static resource => resource.Uri)));
    }

    /// <summary>Gets how it ended; null while it goes on.</summary>
    public UpstreamReply? End { get; private set; }

    /// <summary>Tells whether this is what is wanted now; what the server left out is not wanted of it any more.</summary>
    public bool IsFor(IReadOnlyCollection<WatchedResource> wanted)
    {
        _wanted.RemoveWhere(static resource => resource.IsRefused);
        return wanted.Count > 0 && _wanted.SetEquals(wanted);
    }

    /// <summary>Tells whether the server said that it tells of this one.</summary>
    public bool Holds(WatchedResource resource) => _wanted.Contains(resource) && _accepted.Contains(resource.Uri);

    /// <summary>Gets a value that tells whether the server does not tell of what it had accepted before.</summary>
    public bool LacksAny => _wanted.Any(resource => !resource.IsRefused && !_accepted.Contains(resource.Uri));

    /// <summary>Waits for the acknowledgement; returns the end if that comes first.</summary>
    public async Task<UpstreamReply?> OpenAsync(CancellationToken cancellationToken)
    {
        try
        {
            await Task.WhenAny(_acknowledged.Task, _running).WaitAsync(AcknowledgementTimeout, _watch.Time, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            return UpstreamReply.Failed(FaultReasons.Timeout, "The server did not acknowledge the subscription in time.");
        }

        return _acknowledged.Task.IsCompleted ? default(UpstreamReply?) : await _running.ConfigureAwait(false);
    }

    public ValueTask NotifiedAsync(UpstreamMessage notification, CancellationToken cancellationToken)
    {
        if (notification.Method == McpMethod.SubscriptionAcknowledged && !_acknowledged.Task.IsCompleted)
        {
            ReadAccepted(notification);
            _acknowledged.TrySetResult();
        }
        else if (notification.Method == McpMethod.ResourceUpdated)
        {
            _watch.Updated(notification);
        }

        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
        _stopping.Dispose();
    }

    private async Task<UpstreamReply> RunAsync(UpstreamConnection connection, UpstreamRequest request)
    {
        UpstreamReply end;
        try
        {
            end = await connection.SendAsync(request, this, _stopping.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            end = UpstreamReply.Failed(FaultReasons.Unreachable, "The subscription was given up.");
        }

        End = end;
        if (!_stopping.IsCancellationRequested)
        {
            // Whoever gives it up knows that, and may be about to wait for something else.
            _watch.Wake();
        }

        return end;
    }

    private void ReadAccepted(UpstreamMessage acknowledgement)
    {
        var parameters = acknowledgement.Raw(acknowledgement.Params);
        var filter = JsonMembers.Find(parameters, "notifications"u8).Of(parameters);
        _accepted.UnionWith(JsonElements.Texts(JsonMembers.Find(filter, "resourceSubscriptions"u8).Of(filter)));
    }
}
