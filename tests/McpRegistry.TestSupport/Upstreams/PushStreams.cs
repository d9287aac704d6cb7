using System.Collections.Concurrent;

namespace McpRegistry.TestSupport.Upstreams;

/// <summary>The streams that are open for change notifications now.</summary>
internal sealed class PushStreams(Changes changes)
{
    private readonly ConcurrentDictionary<PushStream, byte> _open = new();

    public int Count => _open.Count;

    /// <summary>Keeps a stream open until the client leaves or it is closed here.</summary>
    public async Task HoldAsync(UpstreamExchange exchange, Func<Task> begin)
    {
        using var stream = new PushStream(exchange);
        await begin();
        _open.TryAdd(stream, 0);
        changes.Raise();
        try
        {
            await stream.WhenClosedAsync();
        }
        finally
        {
            _open.TryRemove(stream, out _);
            changes.Raise();
        }
    }

    public async Task<int> SendAsync(string method, string parameters)
    {
        var receivers = 0;
        foreach (var stream in _open.Keys.Where(stream => stream.Wants(method)))
        {
            receivers += await stream.TrySendAsync(method, parameters) ? 1 : 0;
        }

        return receivers;
    }

    public async Task<int> AskAsync(string id, string method, string parameters)
    {
        var receivers = 0;
        foreach (var stream in _open.Keys)
        {
            receivers += await stream.TryAskAsync(id, method, parameters) ? 1 : 0;
        }

        return receivers;
    }

    public bool Has(string? sessionId) => _open.Keys.Any(stream => stream.SessionId == sessionId);

    public Task AskAsync(string? sessionId, string id, string method, string parameters) =>
        _open.Keys.First(stream => stream.SessionId == sessionId).TryAskAsync(id, method, parameters);

    public void Close(Func<PushStream, bool> which)
    {
        foreach (var stream in _open.Keys.Where(which))
        {
            stream.Close();
        }
    }
}
