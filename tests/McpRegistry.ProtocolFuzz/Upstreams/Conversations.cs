using System.Collections.Concurrent;

namespace McpRegistry.ProtocolFuzz.Upstreams;

/// <summary>What goes over more than one connection: sessions, questions that wait for an answer, and streams for notifications.</summary>
internal sealed class Conversations
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);
    private readonly ConcurrentDictionary<(string? Session, string Id), TaskCompletionSource> _asked = new();
    private readonly ConcurrentDictionary<Performer, string> _streams = new();
    private readonly ConcurrentDictionary<string, Performer> _sse = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, string> _sessions = new(StringComparer.Ordinal);
    private int _last;

    /// <summary>Gets how many sessions the proper servers have.</summary>
    public int GoodSessions => _sessions.Values.Count(FuzzServers.IsGood);

    public int Streams => _streams.Count;

    /// <summary>Gets which servers have streams.</summary>
    public IEnumerable<string> StreamServers => _streams.Values.Order(StringComparer.Ordinal);

    public string Open(string server)
    {
        var id = $"{Interlocked.Increment(ref _last):x8}";
        _sessions[id] = server;
        return id;
    }

    public bool Has(string? session) => session is not null && _sessions.ContainsKey(session);

    public void Close(string? session) => _sessions.TryRemove(session ?? "", out _);

    /// <summary>Returns the stream of an HTTP+SSE session.</summary>
    public Performer? SseOf(string? session) => _sse.GetValueOrDefault(session ?? "");

    /// <summary>Keeps a stream among those that get notifications, while the action lasts.</summary>
    public async Task HoldAsync(Performer stream, string server, string? sse, Func<Task> action)
    {
        _streams[stream] = server;
        if (sse is not null)
        {
            _sse[sse] = stream;
        }

        try
        {
            await action();
        }
        finally
        {
            _streams.TryRemove(stream, out _);
            _sse.TryRemove(sse ?? "", out _);
        }
    }

    public async Task PushAsync(string server, string json, CancellationToken cancellationToken)
    {
        foreach (var (stream, _) in _streams.Where(stream => stream.Value == server))
        {
            try
            {
                await stream.SendAsync(json, cancellationToken);
            }
            catch (Exception exception) when (exception is IOException or ObjectDisposedException)
            {
                // It has just ended.
            }
        }
    }

    /// <summary>Sends a question and waits for its answer, but not for ever.</summary>
    public async Task AskAsync(string? session, string id, Func<Task> send, CancellationToken cancellationToken)
    {
        var waiting = _asked.GetOrAdd((session, id), static _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        try
        {
            await send();
            await waiting.Task.WaitAsync(Patience, cancellationToken);
        }
        catch (TimeoutException)
        {
            // The client has gone or will not say.
        }
        finally
        {
            _asked.TryRemove((session, id), out _);
        }
    }

    public void Answered(string? session, string id)
    {
        if (_asked.TryGetValue((session, id), out var waiting))
        {
            waiting.TrySetResult();
        }
    }
}
