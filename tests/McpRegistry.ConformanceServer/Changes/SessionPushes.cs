using System.Threading.Channels;
using McpRegistry.ConformanceServer.Hosting;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace McpRegistry.ConformanceServer.Changes;

/// <summary>Tells a legacy session of changes that nobody asked for by a request: over its GET stream, or over stdio.</summary>
internal sealed class SessionPushes : IDisposable
{
    private readonly ChangeHub _hub;
    private readonly Channel<Change> _changes;
    private readonly McpServer _server;
    private readonly WatchedResources _watched;

    public SessionPushes(ChangeHub hub, McpServer server, WatchedResources watched)
    {
        _hub = hub;
        _server = server;
        _watched = watched;
        _changes = hub.Listen();
        _ = PushAsync();
    }

    public void Dispose() => _hub.Remove(_changes);

    private async Task PushAsync()
    {
        await foreach (var change in _changes.Reader.ReadAllAsync())
        {
            if (!IsWanted(change))
            {
                continue;
            }

            try
            {
                await _server.SendMessageAsync(new JsonRpcNotification { Method = change.Method, Params = change.Content?.DeepClone() });
            }
            catch (Exception gone) when (gone is IOException or ObjectDisposedException or InvalidOperationException)
            {
                // The session ends; what it was to be told dies with it.
                return;
            }
        }
    }

    private bool IsWanted(Change change) => !Revisions.IsModern(_server.NegotiatedProtocolVersion)
        && change.Kind switch
        {
            ChangeKind.Resource => _watched.Contains(change.Subject!),
            ChangeKind.Task => false,
            _ => true,
        };
}
