using McpRegistry.Protocol;
using McpRegistry.Snapshots;
using McpRegistry.Upstream;

namespace McpRegistry.Watching;

/// <summary>Hears one legacy session for a watch.</summary>
/// <param name="watch">Whom it is for.</param>
/// <param name="isShared">Whether clients of others use the session too; then only the resources that were asked for are told.</param>
internal sealed class LegacyHearing(UpstreamWatch watch, bool isShared) : IUpstreamListener
{
    private volatile UpstreamFault? _fault;
    private int _missed;

    /// <summary>Gets why the session ended; null while it goes on.</summary>
    public UpstreamFault? Fault => _fault;

    private bool IsOwn => watch.Hears && !isShared && watch.MayHear();

    public void Notified(UpstreamMessage notification)
    {
        var lists = ListKindNames.Of(notification.Method);
        if (notification.Method == McpMethod.ResourceUpdated)
        {
            watch.Updated(notification);
        }
        else if (lists != ListKinds.None)
        {
            Changed(lists);
        }
        else if (IsOwn && !IsBetweenUs(notification.Method))
        {
            watch.Sink.Heard(watch.Alias, notification);
        }
    }

    public void Missed()
    {
        Volatile.Write(ref _missed, 1);
        watch.Wake();
    }

    public bool TryAsk(UpstreamQuestion question) => IsOwn && watch.Sink.TryAsk(watch.Alias, question);

    public void Ended(UpstreamFault? fault)
    {
        if (fault is not null)
        {
            _fault = fault;
            watch.Wake();
        }
    }

    public void Changed(ListKinds lists)
    {
        if (IsOwn)
        {
            watch.Sink.Changed(lists);
        }
    }

    /// <summary>Tells whether there was a gap since this was last asked.</summary>
    public bool TakeMissed() => Interlocked.Exchange(ref _missed, 0) == 1;

    /// <summary>These are about ids and tokens that only the gateway knows, or about tasks, which are not relayed.</summary>
    private static bool IsBetweenUs(McpMethod method) => method is McpMethod.Progress or McpMethod.Initialized
        or McpMethod.SubscriptionAcknowledged or McpMethod.TaskChanged or McpMethod.LegacyTaskStatus;
}
