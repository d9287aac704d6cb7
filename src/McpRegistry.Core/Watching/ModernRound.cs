using McpRegistry.Discovery;
using McpRegistry.Upstream;

namespace McpRegistry.Watching;

/// <summary>Watches resources of a modern server: one subscription with all of them, replaced when they change.</summary>
internal sealed class ModernRound(UpstreamWatch watch, UpstreamConnection connection)
{
    private static readonly UpstreamFault GracefulEnd = new(FaultReasons.SessionLost, "The server ended the subscription.");

    private ListenRun? _active;

    /// <summary>Returns why the subscription ended; null when there is nothing left to watch.</summary>
    public async Task<UpstreamFault?> RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (watch.IsWanted)
            {
                if (_active?.End is { } end)
                {
                    return FaultOf(end);
                }

                var wanted = watch.Wanted();
                if (_active?.IsFor(wanted) == true || (_active is null && wanted.Length == 0))
                {
                    await watch.WaitAsync(cancellationToken).ConfigureAwait(false);
                }
                else if (await ReplaceAsync(wanted, cancellationToken).ConfigureAwait(false) is { } fault)
                {
                    return fault;
                }
            }

            return null;
        }
        finally
        {
            await CloseAsync(_active).ConfigureAwait(false);
        }
    }

    /// <summary>Opens the new subscription before it closes the old one, so that no change falls in between.</summary>
    private async Task<UpstreamFault?> ReplaceAsync(WatchedResource[] wanted, CancellationToken cancellationToken)
    {
        var old = _active;
        var next = wanted.Length == 0 ? null : new ListenRun(watch, connection, wanted);
        if (next is not null && await next.OpenAsync(cancellationToken).ConfigureAwait(false) is { } end)
        {
            await CloseAsync(next).ConfigureAwait(false);
            return Refuse(wanted, end) ? null : FaultOf(end);
        }

        _active = next;
        await CloseAsync(old).ConfigureAwait(false);
        foreach (var resource in wanted.Where(resource => old?.Has(resource) != true))
        {
            watch.Settle(resource, next!.Accepts(resource.Uri) ? WatchOutcome.Accepted : WatchOutcome.Omitted);
        }

        return null;
    }

    /// <summary>An error answers what was added last; false when there is nothing new, so that it is the server's state that changed.</summary>
    private bool Refuse(WatchedResource[] wanted, UpstreamReply end)
    {
        var added = end is { Answered: true, Message.IsError: true } ? Array.FindAll(wanted, static resource => !resource.WasAccepted) : [];
        foreach (var resource in added)
        {
            watch.Settle(resource, WatchOutcome.Of(end));
        }

        return added.Length > 0;
    }

    private static UpstreamFault FaultOf(UpstreamReply end) => end.Fault ?? GracefulEnd;

    private static ValueTask CloseAsync(ListenRun? run) => run?.DisposeAsync() ?? ValueTask.CompletedTask;
}
