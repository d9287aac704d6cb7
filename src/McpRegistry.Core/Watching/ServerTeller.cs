using McpRegistry.ApiKeys;
using McpRegistry.Protocol;
using McpRegistry.Servers;
using McpRegistry.Snapshots;
using McpRegistry.Upstream;

namespace McpRegistry.Watching;

/// <summary>
/// Tells servers what a legacy client has to say to none of them in particular, in the sessions that are its own and open, as well as
/// it can be. What comes while something is being told waits, and takes the place of what waited: a client costs one of each.
/// </summary>
/// <param name="context">What all watches share.</param>
/// <param name="caller">Gets the client.</param>
/// <param name="owner">The client's sessions.</param>
/// <param name="servers">Gets the aliases of the servers that it has called.</param>
internal sealed class ServerTeller(WatchContext context, Func<Caller> caller, WatchOwner owner, Func<string[]> servers)
{
    /// <summary>How long a server may take to accept it.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private ReadOnlyMemory<byte>? _notification;
    private LogLevel? _level;
    private bool _isTelling;

    /// <summary>Sends a notification of the client.</summary>
    public void Tell(ReadOnlyMemory<byte> notification)
    {
        lock (_lock)
        {
            _notification = notification;
        }

        Begin();
    }

    /// <summary>Sets the log level of the servers that have one.</summary>
    public void Tell(LogLevel level)
    {
        lock (_lock)
        {
            _level = level;
        }

        Begin();
    }

    private void Begin()
    {
        lock (_lock)
        {
            if (_isTelling)
            {
                return;
            }

            _isTelling = true;
        }

        _ = RunAsync();
    }

    private async Task RunAsync()
    {
        while (true)
        {
            ReadOnlyMemory<byte>? notification;
            LogLevel? level;
            lock (_lock)
            {
                if ((_notification is null && _level is null) || owner.SessionEnded.IsCancellationRequested)
                {
                    _isTelling = false;
                    return;
                }

                (notification, level) = (_notification, _level);
                (_notification, _level) = (null, null);
            }

            // A server that takes nothing must not keep the others from hearing it, nor the next one from being sent.
            await Task.WhenAll(servers().Select(alias => TellAsync(alias, notification, level))).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task TellAsync(string alias, ReadOnlyMemory<byte>? notification, LogLevel? level)
    {
        if (context.Find(caller(), alias) is not { } server)
        {
            return;
        }

        using var timeout = new CancellationTokenSource(Limit, context.Time);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, owner.SessionEnded);
        var leases = await server.Connections.AcquireOpenAsync(owner, ending.Token).ConfigureAwait(false);
        await Task.WhenAll(leases.Select(lease => TellAsync(lease, notification, level, ending.Token))).ConfigureAwait(false);
    }

    private static async Task TellAsync(ConnectionLease lease, ReadOnlyMemory<byte>? notification, LogLevel? level, CancellationToken cancellationToken)
    {
        using (lease)
        {
            if (notification is { } message)
            {
                await lease.Connection.NotifyAsync(message, cancellationToken).ConfigureAwait(false);
            }

            if (level is { } wanted && lease.Connection.Handshake is { Era: ProtocolEra.Legacy } peer && peer.HasCapability("logging"u8))
            {
                await lease.Connection.SetLogLevelAsync(wanted, cancellationToken).ConfigureAwait(false);
            }
        }
    }
}
