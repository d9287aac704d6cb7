using McpRegistry.Discovery;
using McpRegistry.Protocol;

namespace McpRegistry.Upstream;

/// <summary>
/// The resources that one legacy session is subscribed to, counted: clients that share the session share its subscriptions,
/// and the last one that leaves ends them (protocol.md 5.1, "Watch changes").
/// </summary>
internal sealed class ResourceSubscriptions(UpstreamConnection connection)
{
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(30);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Subscription> _byUri = new(StringComparer.Ordinal);

    /// <summary>Gets how many resources somebody watches or is just leaving.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _byUri.Count;
            }
        }
    }

    /// <summary>Adds one who watches, and asks the server unless it was asked before. Every call wants its <see cref="Remove"/>.</summary>
    public Task<UpstreamReply> AddAsync(string uri, TimeProvider time)
    {
        lock (_lock)
        {
            if (!_byUri.TryGetValue(uri, out var subscription))
            {
                _byUri.Add(uri, subscription = new Subscription());
            }

            subscription.Users++;
            return Ensure_NeedsLock(uri, subscription, time);
        }
    }

    /// <summary>Asks again if the session was opened anew, for the server has forgotten then; several who watch make one request.</summary>
    public Task<UpstreamReply> RenewAsync(string uri, TimeProvider time)
    {
        lock (_lock)
        {
            return _byUri.TryGetValue(uri, out var subscription)
                ? Ensure_NeedsLock(uri, subscription, time)
                : Task.FromResult(UpstreamReply.Failed(FaultReasons.SessionLost, "Nobody watches this resource."));
        }
    }

    public void Remove(string uri, TimeProvider time)
    {
        lock (_lock)
        {
            if (_byUri.TryGetValue(uri, out var subscription) && --subscription.Users == 0)
            {
                // Whoever comes after this has to ask again, behind what is under way.
                subscription.Session = null;
                subscription.Last = UnsubscribeAsync(uri, subscription, subscription.Last, ++subscription.Version, time);
            }
        }
    }

    private Task<UpstreamReply> Ensure_NeedsLock(string uri, Subscription subscription, TimeProvider time)
    {
        // A session that is opened anew comes with a new handshake.
        if (!ReferenceEquals(subscription.Session, connection.Handshake))
        {
            subscription.Session = connection.Handshake;
            subscription.Last = SubscribeAsync(uri, subscription, subscription.Last, ++subscription.Version, time);
        }

        return subscription.Last;
    }

    private async Task<UpstreamReply> SubscribeAsync(string uri, Subscription subscription, Task previous, int version, TimeProvider time)
    {
        var reply = await SendAsync(McpMethod.ResourcesSubscribe, uri, previous, time).ConfigureAwait(false);
        lock (_lock)
        {
            subscription.IsActive = reply is { Answered: true, Message.IsError: false };
            if (!subscription.IsActive && subscription.Version == version)
            {
                subscription.Session = null;
            }
        }

        return reply;
    }

    private async Task<UpstreamReply> UnsubscribeAsync(string uri, Subscription subscription, Task previous, int version, TimeProvider time)
    {
        await previous.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ForceYielding);
        bool isNeeded;
        lock (_lock)
        {
            isNeeded = subscription.IsActive;
        }

        var reply = isNeeded
            ? await SendAsync(McpMethod.ResourcesUnsubscribe, uri, Task.CompletedTask, time).ConfigureAwait(false)
            : UpstreamReply.Failed(FaultReasons.SessionLost, "The resource was not watched.");
        lock (_lock)
        {
            subscription.IsActive = false;
            if (subscription.Version == version)
            {
                _byUri.Remove(uri);
            }
        }

        return reply;
    }

    /// <summary>Sends for all who watch, so that none of them can cancel it.</summary>
    private async Task<UpstreamReply> SendAsync(McpMethod method, string uri, Task previous, TimeProvider time)
    {
        // Requests about one resource overtake each other on HTTP; the order is what counts here. Never under the lock.
        await previous.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ForceYielding);
        using var timeout = new CancellationTokenSource(AnswerTimeout, time);
        try
        {
            return await connection.SendAsync(OwnRequest.About(method, uri), null, timeout.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return UpstreamReply.Failed(FaultReasons.Timeout, "The server did not answer in time.");
        }
    }

    private sealed class Subscription
    {
        public int Users { get; set; }

        public int Version { get; set; }

        public bool IsActive { get; set; }

        public UpstreamHandshake? Session { get; set; }

        public Task<UpstreamReply> Last { get; set; } = Task.FromResult(default(UpstreamReply));
    }
}
