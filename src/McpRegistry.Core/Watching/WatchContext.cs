using McpRegistry.AccessControl;
using McpRegistry.ApiKeys;
using McpRegistry.Discovery;
using McpRegistry.Gateway;
using McpRegistry.Gateway.Caching;
using McpRegistry.Protocol;
using McpRegistry.Snapshots;
using McpRegistry.Supervision;
using McpRegistry.Upstream;
using Microsoft.Extensions.Options;

namespace McpRegistry.Watching;

/// <summary>What all watches share.</summary>
internal sealed class WatchContext(
    RegistrySnapshots snapshots, AccessGate access, ResponseCache responses, IOptions<GatewayOptions> gateway, IOptions<UpstreamOptions> upstream, TimeProvider time)
{
    /// <summary>Says that there is nothing to watch any more, unless the server, or the endpoint that has what is watched, is registered again.</summary>
    public static readonly UpstreamFault Gone = new(FaultReasons.Unreachable, "The server is not registered any more.");

    private readonly Func<double> _jitter = Random.Shared.NextDouble;

    public RegistrySnapshots Snapshots => snapshots;

    public GatewayOptions Options => gateway.Value;

    public TimeProvider Time => time;

    /// <summary>Returns the wait after failures in a row, with up to a quarter more, so that streams that fell together do not come back together.</summary>
    public TimeSpan PauseAfter(int failures) =>
        BackOff.After(failures, upstream.Value.ReconnectDelay, upstream.Value.MaxReconnectDelay) * (1 + (_jitter() / 4));

    /// <summary>Tells whether something that began then has lasted long enough to count as a success.</summary>
    public bool IsLong(long began) => time.GetElapsedTime(began) > upstream.Value.MaxReconnectDelay;

    public AccessGate Access => access;

    /// <summary>Finds a server as it is now; null when it does not exist for this caller any more.</summary>
    public ServerEntry? Find(Caller caller, string alias) => access.ViewOf(caller).Find(alias);

    /// <summary>Tells whether what a server says is still for a caller.</summary>
    /// <param name="caller">The client.</param>
    /// <param name="server">The server that speaks.</param>
    /// <param name="method">By which right the client hears it; unknown if it may use the server at all.</param>
    public bool MayHear(Caller caller, Guid server, McpMethod method) =>
        snapshots.Current.Servers.TryGetValue(server, out var entry) && access.Lists(caller, entry.Server, method);

    /// <summary>Watches on one connection until that ends.</summary>
    /// <param name="caller">The client.</param>
    /// <param name="alias">The server.</param>
    /// <param name="owner">The client's sessions.</param>
    /// <param name="watch">Watches; returns why it ended, or null when there is nothing left to watch.</param>
    /// <param name="cancellationToken">Ends it; throws <see cref="OperationCanceledException"/>.</param>
    /// <returns>Why it ended; <see cref="Gone"/> without a server, or without the endpoint that alone will do, null when there is nothing left to watch.</returns>
    public async Task<UpstreamFault?> WatchAsync(
        Caller caller, string alias, ISessionOwner owner, Func<ServerEntry, ConnectionLease, Task<UpstreamFault?>> watch, CancellationToken cancellationToken)
    {
        try
        {
            if (Find(caller, alias) is not { } server)
            {
                return Gone;
            }

            var granted = await server.Connections.AcquireAsync(owner, cancellationToken).ConfigureAwait(false);
            if (!granted.Granted)
            {
                // What was at an endpoint that is gone is nowhere else.
                return ReferenceEquals(granted.Fault, EndpointChoice.Gone) ? Gone : granted.Fault;
            }

            using var lease = granted.Lease;
            var fault = await watch(server, lease).ConfigureAwait(false);
            if (fault is not null)
            {
                fault = lease.Report(fault);
            }

            return fault;
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            // Whatever a server made of it, its watch goes on: nobody else would ever watch again.
            return new UpstreamFault(FaultReasons.ProtocolError, $"Watching failed unexpectedly ({exception.GetType().Name}).");
        }
    }

    /// <summary>Forgets what is kept of a resource, before a client hears that it changed and reads it again.</summary>
    public void Forget(Caller caller, string alias, string uri)
    {
        if (Find(caller, alias) is { } entry)
        {
            responses.Updated(entry.Server.Id, uri);
        }
    }

    public NotificationOutbox CreateOutbox() => new(Options.ChangeDebounce, Options.MaxUrisPerSubscription, time);
}
