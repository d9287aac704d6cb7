using System.Collections.Concurrent;

namespace McpRegistry.TestSupport.Upstreams;

/// <summary>The streams that are open for change notifications now.</summary>
internal sealed class PushStreams(Changes changes)
{
    private readonly ConcurrentDictionary<PushStream, byte> _open = new();

    public int Count => _open.Keys.Count(static stream => stream.HasBegun);

    /// <summary>Keeps a stream open until the client leaves or it is closed here.</summary>
    public async Task HoldAsync(UpstreamExchange exchange, Func<Task> begin)
    {
        // Known before the client can know that it is open, and may have something sent on it; silent until it has begun.
        var stream = new PushStream(exchange);
        _open.TryAdd(stream, 0);
        try
        {
            await stream.BeginAsync(begin);
            changes.Raise();
            await stream.WhenClosedAsync();
        }
        finally
        {
            _open.TryRemove(stream, out _);
            await stream.EndAsync();
            changes.Raise();
        }
    }

    public async Task<int> SendAsync(string method, string parameters, Func<ReceivedRequest, bool> to)
    {
        var receivers = 0;
        foreach (var stream in _open.Keys.Where(stream => stream.Wants(method) && to(stream.Request)))
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

    public void Cut()
    {
        foreach (var stream in _open.Keys)
        {
            stream.Cut();
        }
    }

    public void Close(Func<PushStream, bool> which)
    {
        foreach (var stream in _open.Keys.Where(which))
        {
            stream.Close();
        }
    }
}
