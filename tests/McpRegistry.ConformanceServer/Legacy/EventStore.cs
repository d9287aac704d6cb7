using System.Collections.Concurrent;
using ModelContextProtocol.Server;

namespace McpRegistry.ConformanceServer.Legacy;

/// <summary>Keeps what the streams of one session said, for clients that come back with <c>Last-Event-ID</c>.</summary>
internal sealed class EventStore : ISseEventStreamStore
{
    private readonly ConcurrentDictionary<int, EventLog> _logs = [];
    private int _last;

    public ValueTask<ISseEventStreamWriter> CreateStreamAsync(SseEventStreamOptions options, CancellationToken cancellationToken = default)
    {
        var number = Interlocked.Increment(ref _last);
        var log = new EventLog(number, options);
        _logs[number] = log;
        return ValueTask.FromResult<ISseEventStreamWriter>(log);
    }

    public ValueTask<ISseEventStreamReader?> GetStreamReaderAsync(string lastEventId, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult<ISseEventStreamReader?>(
            EventLog.TryParseId(lastEventId, out var number, out var position) && _logs.TryGetValue(number, out var log)
                ? log.ReadAfter(position)
                : null);
}
