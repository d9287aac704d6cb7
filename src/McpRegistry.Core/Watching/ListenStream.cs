using McpRegistry.AccessControl;
using McpRegistry.ApiKeys;
using McpRegistry.Gateway;
using McpRegistry.Gateway.Tasks;
using McpRegistry.Protocol;
using McpRegistry.Servers;
using McpRegistry.Snapshots;
using McpRegistry.Upstream;

namespace McpRegistry.Watching;

/// <summary>One open subscription of a modern client.</summary>
internal sealed class ListenStream(WatchContext context, Caller caller, string? alias, byte[] id) : ICatalogueListener, IWatchSink, IAsyncDisposable
{
    /// <summary>How long servers may take to accept before the client hears that they will: the gateway goes on trying.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly NotificationOutbox _outbox = context.CreateOutbox();
    private readonly Dictionary<(string Alias, bool IsWrapped), UpstreamWatch> _watches = [];
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
            _membership = context.Snapshots.Changes.Listen(this);
            if (single is { Report.Era: ProtocolEra.Legacy, Server.Isolation: not SessionIsolation.Shared })
            {
                // A legacy server may show this client another list than the gateway, and tell only its own session of a change.
                WatchOf(single, owner, isWrapped: false).Hear(true);
            }
        }

        var uris = await SubscribeAsync(wanted.Uris, owner, view, single, cancellationToken).ConfigureAwait(false);
        _tasks.AddRange(tasks.Select(subscription => new TaskWatch(context, caller, subscription, owner, task => Heard(subscription.Server, task))));
        await WaitAsync(_tasks.Select(static watch => watch.First), cancellationToken).ConfigureAwait(false);
        _filter = new ListenFilter(lists, uris) { TaskIds = [.. _tasks.SelectMany(static watch => watch.Promise())] };
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
        if (IsHere(server) && context.Access.Sees(caller, server))
        {
            Changed(kinds);
        }
    }

    void ICatalogueListener.AccessChanged(RegisteredServer server, ListKinds kinds, AccessMoment before, AccessMoment after)
    {
        if (IsHere(server))
        {
            Changed(AccessGate.Difference(caller, server, kinds, before, after));
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
            var route = single is null ? view.Merged.Resources.Resolve(uri) : new ResourceRoute(single, uri, IsWrapped: false);
            if (route is { Owner: { Report: { } report } server } && ListKindNames.HasSubscribe(report.Capabilities.Span)
                && context.Access.Lists(caller, server.Server, McpMethod.ResourcesSubscribe))
            {
                var watch = WatchOf(server, owner, route.Value.IsWrapped);
                watched.Add((uri, watch, watch.Add(route.Value.Uri)));
            }
        }

        await WaitAsync(watched.Select(static one => one.Resource.First), cancellationToken).ConfigureAwait(false);
        var refused = watched.FindAll(static one => one.Resource.IsRefused);
        refused.ForEach(static one => one.Watch.Remove(one.Resource.Uri));
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

    /// <summary>A task has a result inside, which names resources as the answer to a call does.</summary>
    private void Heard(ServerEntry server, ReadOnlyMemory<byte> task)
    {
        var wrapping = alias is null ? context.Access.ViewOf(caller).Merged.Resources.WrappingOf(server) : null;
        var shown = wrapping is null ? task : ResourceUriRewriter.RewriteResult(task, wrapping.Of);
        _outbox.TaskChanged(TaskIdRewriter.Read(task.Span)!, WatchNotifications.TaskChanged(shown.Span, id));
    }

    /// <summary>What a client knows by wrapped URIs is watched apart, so that what a server tells is named as it was asked for.</summary>
    private UpstreamWatch WatchOf(ServerEntry server, WatchOwner owner, bool isWrapped)
    {
        var name = server.Server.Alias;
        if (!_watches.TryGetValue((name, isWrapped), out var watch))
        {
            var prefix = isWrapped ? WrappedUri.PrefixOf(name) : "";
            _watches.Add((name, isWrapped), watch = new UpstreamWatch(context, () => caller, name, owner, this, prefix));
        }

        return watch;
    }

    private bool IsHere(RegisteredServer server) => alias is null || string.Equals(server.Alias, alias, StringComparison.Ordinal);

    private static ListKinds Announced(ServerEntry server) =>
        server.Report is { } report ? ListKindNames.Announced(report.Capabilities.Span) : ListKinds.None;
}
