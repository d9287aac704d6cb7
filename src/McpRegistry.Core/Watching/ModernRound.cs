using McpRegistry.Discovery;
using McpRegistry.Upstream;

namespace McpRegistry.Watching;

/// <summary>Watches resources of a modern server: one subscription with all of them, replaced when they change.</summary>
internal sealed class ModernRound(UpstreamWatch watch, UpstreamConnection connection)
{
    public static readonly UpstreamFault GracefulEnd = new(FaultReasons.SessionLost, "The server ended the subscription.");

    private ListenRun? _active;

    /// <summary>How often in a row the server has left out what it had accepted.</summary>
    private int _lacking;

    /// <summary>Returns why the subscription ended; null when there is nothing left to watch.</summary>
    public async Task<UpstreamFault?> RunAsync(CancellationToken cancellationToken)
    {
        var isDue = false;
        try
        {
            while (watch.IsWanted)
            {
                if (_active?.End is { } end)
                {
                    return FaultOf(end);
                }

                var wanted = watch.Wanted();
                var isCurrent = !isDue && (_active?.IsFor(wanted) ?? wanted.Length == 0);
                isDue = false;
                if (isCurrent && _active is { LacksAny: true })
                {
                    // The others are watched all the while, and what the client changes meanwhile is not to ask for these any earlier.
                    isDue = await watch.PauseAsync(_lacking + 1).ConfigureAwait(false);
                    _lacking += isDue ? 1 : 0;
                }
                else if (isCurrent)
                {
                    _lacking = 0;
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
        if (next is not null && await OpenAsync(next, cancellationToken).ConfigureAwait(false) is { } end)
        {
            return Refuse(wanted, end) ? null : FaultOf(end);
        }

        _active = next;
        await CloseAsync(old).ConfigureAwait(false);
        foreach (var resource in wanted.Where(resource => old?.Holds(resource) != true || !next!.Holds(resource)))
        {
            watch.Settle(resource, next!.Holds(resource) ? WatchOutcome.Accepted : WatchOutcome.Omitted);
        }

        return null;
    }

    /// <summary>Opens a subscription; one that does not come about is closed, also when nobody waits for it any more.</summary>
    private static async Task<UpstreamReply?> OpenAsync(ListenRun run, CancellationToken cancellationToken)
    {
        var isOpen = false;
        try
        {
            var end = await run.OpenAsync(cancellationToken).ConfigureAwait(false);
            isOpen = end is null;
            return end;
        }
        finally
        {
            if (!isOpen)
            {
                await CloseAsync(run).ConfigureAwait(false);
            }
        }
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
