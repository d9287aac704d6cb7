using McpRegistry.Protocol;

namespace McpRegistry.Upstream;

/// <summary>Hears the gateway's own subscription with a modern server.</summary>
/// <param name="listener">Who wants to hear of changes.</param>
/// <param name="hasGap">Whether there was none for a while, so that changes may have been missed.</param>
internal sealed class ChangeObserver(IUpstreamListener listener, bool hasGap) : IUpstreamObserver
{
    public bool Acknowledged { get; private set; }

    public ValueTask NotifiedAsync(UpstreamMessage notification, CancellationToken cancellationToken)
    {
        if (notification.Method != McpMethod.SubscriptionAcknowledged)
        {
            listener.Notified(notification);
        }
        else if (!Acknowledged)
        {
            Acknowledged = true;
            listener.Opened();
            if (hasGap)
            {
                // Not before: what happens until the server listens would be missed without a word.
                listener.Missed();
            }
        }

        return ValueTask.CompletedTask;
    }
}
