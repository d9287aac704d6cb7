using McpRegistry.Gateway;
using McpRegistry.Gateway.Tasks;
using McpRegistry.Servers;
using McpRegistry.Snapshots;
using McpRegistry.Tenancy;
using McpRegistry.Upstream;

namespace McpRegistry.Watching;

/// <summary>One open subscription of a modern client.</summary>
internal sealed class ListenStream(WatchContext context, TenantId tenant, string? alias, byte[] id) : ICatalogueListener, IWatchSink, IAsyncDisposable
{
    /// <summary>How long servers may take to accept before the client hears that they will: the gateway goes on trying.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly NotificationOutbox _outbox = context.CreateOutbox();
    private readonly Dictionary<string, UpstreamWatch> _watches = new(StringComparer.Ordinal);
    private readonly List<TaskWatch> _tasks = [];
    private ListenFilter _filter = new(ListKinds.None, []);
    private IDisposable? _membership;

    /// <summary>Begins to watch what can be delivered of the filter.</summary>
    public async Task OpenAsync(
        ListenFilter wanted, WatchOwner owner, TenantView view, ServerEntry? single, IReadOnlyCollection<TaskSubscription> tasks, CancellationToken cancellationToken)
    {
        var lists = single is null ? wanted.Lists : wanted.Lists & Announced(single);
        _filter = wanted with { Lists = lists };
        if (lists != ListKinds.None)
        {
            _membership = context.Snapshots.Changes.Listen(tenant, this);
            if (single is { Report.Era: ProtocolEra.Legacy, Server.Isolation: not SessionIsolation.Shared })
            {
                // A legacy server may show this client another list than the gateway, and tell only its own session of a change.
                WatchOf(single, owner).Hear(true);
            }
        }

        var uris = await SubscribeAsync(wanted.Uris, owner, view, single, cancellationToken).ConfigureAwait(false);
        _tasks.AddRange(tasks.Select(subscription => new TaskWatch(context, tenant, subscription, owner, Heard)));
        await WaitAsync(_tasks.Select(static watch => watch.First), cancellationToken).ConfigureAwait(false);
        _filter = new ListenFilter(lists, uris) { TaskIds = [.. _tasks.SelectMany(static watch => watch.Accepted)] };
    }

    /// <summary>Acknowledges, and sends what comes until the token ends it.</summary>
    public async Task PumpAsync(IAnswerStream stream, CancellationToken cancellationToken)
    {
        await stream.SendAsync(WatchNotifications.Acknowledged(_filter, id), cancellationToken).ConfigureAwait(false);
        while (true)
        {
            var ready = await _outbox.TakeAsync(cancellationToken).ConfigureAwait(false);
            foreach (var message in WatchNotifications.Of(ready, id))
            {
                await stream.SendAsync(message, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    void ICatalogueListener.Changed(RegisteredServer server, ListKinds kinds)
    {
        if (alias is null || string.Equals(server.Alias, alias, StringComparison.Ordinal))
        {
            Changed(kinds);
        }
    }

    public void Changed(ListKinds kinds) => _outbox.Changed(kinds & _filter.Lists);

    public void Updated(string uri, ReadOnlyMemory<byte> parameters) => _outbox.Updated(uri, parameters);

    public async ValueTask DisposeAsync()
    {
        _membership?.Dispose();
        await Task.WhenAll(_watches.Values.Select(static watch => watch.DisposeAsync().AsTask())).ConfigureAwait(false);
        await Task.WhenAll(_tasks.Select(static watch => watch.DisposeAsync().AsTask())).ConfigureAwait(false);
        _outbox.Dispose();
    }

    /// <summary>Has the resources watched at their servers; returns those that will be.</summary>
    private async Task<List<string>> SubscribeAsync(
        IReadOnlyList<string> uris, WatchOwner owner, TenantView view, ServerEntry? single, CancellationToken cancellationToken)
    {
        var watched = new List<(string Uri, UpstreamWatch Watch, WatchedResource Resource)>();
        foreach (var uri in uris)
        {
            if ((single ?? view.Merged.Resources.Find(uri)) is { Report: { } report } server && ListKindNames.HasSubscribe(report.Capabilities.Span))
            {
                var watch = WatchOf(server, owner);
                watched.Add((uri, watch, watch.Add(uri)));
            }
        }

        await WaitAsync(watched.Select(static one => one.Resource.First), cancellationToken).ConfigureAwait(false);
        var refused = watched.FindAll(static one => one.Resource.IsRefused);
        refused.ForEach(static one => one.Watch.Remove(one.Uri));
        return [.. watched.Except(refused).Select(static one => one.Uri)];
    }

    /// <summary>Waits for what servers say to the subscription; those that say nothing count as willing, and are asked on.</summary>
    private async Task WaitAsync(IEnumerable<Task> answers, CancellationToken cancellationToken)
    {
        try
        {
            await Task.WhenAll(answers).WaitAsync(Patience, context.Time, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // The client hears of changes once they accept.
        }
    }

    private void Heard(ReadOnlyMemory<byte> task) => _outbox.Add(WatchNotifications.TaskChanged(task.Span, id));

    private UpstreamWatch WatchOf(ServerEntry server, WatchOwner owner)
    {
        if (!_watches.TryGetValue(server.Server.Alias, out var watch))
        {
            _watches.Add(server.Server.Alias, watch = new UpstreamWatch(context, tenant, server.Server.Alias, owner, this));
        }

        return watch;
    }

    private static ListKinds Announced(ServerEntry server) =>
        server.Report is { } report ? ListKindNames.Announced(report.Capabilities.Span) : ListKinds.None;
}
