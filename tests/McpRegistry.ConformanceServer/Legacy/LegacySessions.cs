using System.Collections.Concurrent;
using McpRegistry.ConformanceServer.Changes;
using McpRegistry.ConformanceServer.Hosting;

namespace McpRegistry.ConformanceServer.Legacy;

internal sealed class LegacySessions(ServerDescription description, ChangeHub hub, ILoggerFactory logging, IServiceProvider services) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, LegacySession> _sessions = new(StringComparer.Ordinal);

    public LegacySession Open()
    {
        var session = new LegacySession(description, hub, logging, services);
        _sessions[session.Id] = session;
        return session;
    }

    public LegacySession? Find(string id) => _sessions.GetValueOrDefault(id);

    public ValueTask EndAsync(LegacySession session) =>
        _sessions.TryRemove(session.Id, out _) ? session.DisposeAsync() : ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        foreach (var session in _sessions.Values)
        {
            await EndAsync(session);
        }
    }
}
