using McpRegistry.Gateway;
using McpRegistry.Snapshots;
using McpRegistry.Tenancy;
using McpRegistry.Upstream;
using Microsoft.Extensions.Options;

namespace McpRegistry.Watching;

/// <summary>What all watches share.</summary>
internal sealed class WatchContext(RegistrySnapshots snapshots, IOptions<GatewayOptions> gateway, IOptions<UpstreamOptions> upstream, TimeProvider time)
{
    private readonly Func<double> _jitter = Random.Shared.NextDouble;

    public RegistrySnapshots Snapshots => snapshots;

    public GatewayOptions Options => gateway.Value;

    public TimeProvider Time => time;

    /// <summary>Returns the wait after failures in a row, with up to a quarter more, so that streams that fell together do not come back together.</summary>
    public TimeSpan PauseAfter(int failures) =>
        BackOff.After(failures, upstream.Value.ReconnectDelay, upstream.Value.MaxReconnectDelay) * (1 + (_jitter() / 4));

    /// <summary>Tells whether something that began then has lasted long enough to count as a success.</summary>
    public bool IsLong(long began) => time.GetElapsedTime(began) > upstream.Value.MaxReconnectDelay;

    /// <summary>Finds a server as it is now; null when this tenant does not see it any more.</summary>
    public ServerEntry? Find(TenantId tenant, string alias) => snapshots.Current.For(tenant).Find(alias);

    public NotificationOutbox CreateOutbox() => new(Options.ChangeDebounce, Options.MaxUrisPerSubscription, time);
}
