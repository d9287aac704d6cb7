using McpRegistry.Protocol;

namespace McpRegistry.Upstream.Channels;

/// <summary>
/// A request that waits on a shared channel. What its caller hears before the answer is passed on outside of the reader, so that
/// one who is slow keeps nobody else waiting (protocol.md 5.6).
/// </summary>
/// <param name="observer">Hears its notifications; null when nobody does.</param>
/// <param name="isWatch">Whether it is a subscription, which runs for long, has no log messages and is heard by code that never waits.</param>
/// <param name="maxAnswerBytes">The largest answer.</param>
/// <param name="cancellationToken">The caller's.</param>
internal sealed class PendingRequest(IUpstreamObserver? observer, bool isWatch, int maxAnswerBytes, CancellationToken cancellationToken)
{
    /// <summary>Bounds the log messages that wait for a slow caller; the first ones are kept.</summary>
    private const int MaxWaiting = 100;

    private const int MaxWaitingBytes = 1024 * 1024;

    private readonly TaskCompletionSource<UpstreamReply> _reply = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _lock = new();
    private List<UpstreamMessage>? _waiting;
    private int _waitingBytes;
    private bool _isTelling;
    private bool _isOver;
    private UpstreamReply? _last;

    public IUpstreamObserver? Observer => observer;

    public bool IsWatch => isWatch;

    public int MaxAnswerBytes => maxAnswerBytes;

    public Task<UpstreamReply> Reply => _reply.Task;

    /// <summary>Passes a notification on, behind those that the caller has not taken yet. Returns at once.</summary>
    public void Tell(UpstreamMessage notification)
    {
        if (observer is null)
        {
            return;
        }

        if (isWatch || notification.Method == McpMethod.Cancelled)
        {
            // Nobody waits in there, and a question that is taken back must not be asked first.
            _ = TellOneAsync(notification);
            return;
        }

        lock (_lock)
        {
            if (_isOver || _last is not null)
            {
                return;
            }

            if (_isTelling)
            {
                Keep_NeedsLock(notification);
                return;
            }

            _isTelling = true;
        }

        _ = TellAsync(notification);
    }

    /// <summary>Ends the request, once its caller has heard what came before.</summary>
    public void Complete(UpstreamReply reply)
    {
        lock (_lock)
        {
            if (_isTelling && !_isOver)
            {
                _last ??= reply;
                return;
            }
        }

        _reply.TrySetResult(reply);
    }

    /// <summary>Says that the caller waits no more.</summary>
    public void Abandon()
    {
        lock (_lock)
        {
            _isOver = true;
            _waiting = null;
        }
    }

    private async Task TellAsync(UpstreamMessage notification)
    {
        for (var next = notification; next is not null; next = TakeNext())
        {
            await TellOneAsync(next).ConfigureAwait(false);
        }
    }

    private async Task TellOneAsync(UpstreamMessage notification)
    {
        try
        {
            await observer!.NotifiedAsync(notification, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception)
        {
            // Its caller has gone or cannot be written to; the others on this channel go on.
        }
    }

    private UpstreamMessage? TakeNext()
    {
        UpstreamReply? last;
        lock (_lock)
        {
            if (!_isOver && !cancellationToken.IsCancellationRequested && _waiting is [var next, ..])
            {
                _waiting.RemoveAt(0);
                _waitingBytes -= next.Json.Length;
                return next;
            }

            _isTelling = false;
            last = _last;
        }

        if (last is { } reply)
        {
            _reply.TrySetResult(reply);
        }

        return null;
    }

    /// <summary>Of progress only the latest counts, in the place that it came at.</summary>
    private void Keep_NeedsLock(UpstreamMessage notification)
    {
        _waiting ??= [];
        if (notification.Method == McpMethod.Progress)
        {
            if (_waiting.FindIndex(static waiting => waiting.Method == McpMethod.Progress) is >= 0 and var older)
            {
                _waitingBytes -= _waiting[older].Json.Length;
                _waiting.RemoveAt(older);
            }
        }
        else if (_waiting.Count >= MaxWaiting || _waitingBytes >= MaxWaitingBytes)
        {
            return;
        }

        _waiting.Add(notification);
        _waitingBytes += notification.Json.Length;
    }
}
