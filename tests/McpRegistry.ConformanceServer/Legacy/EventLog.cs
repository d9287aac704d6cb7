using System.Globalization;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace McpRegistry.ConformanceServer.Legacy;

/// <summary>What one stream said. The id of an event is the number of its stream and its place in it.</summary>
internal sealed class EventLog(int number, SseEventStreamOptions options) : ISseEventStreamWriter
{
    private readonly Lock _lock = new();
    private readonly List<SseItem<JsonRpcMessage?>> _events = [];
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private SseEventStreamMode _mode = options.Mode;
    private bool _isComplete;

    public static bool TryParseId(string id, out int number, out int position)
    {
        var dash = id.IndexOf('-', StringComparison.Ordinal);
        position = 0;
        return int.TryParse(id.AsSpan(0, Math.Max(dash, 0)), NumberStyles.None, CultureInfo.InvariantCulture, out number)
            && int.TryParse(id.AsSpan(dash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out position);
    }

    public ISseEventStreamReader ReadAfter(int position) => new Reader(this, position);

    public ValueTask SetModeAsync(SseEventStreamMode mode, CancellationToken cancellationToken = default)
    {
        lock (_lock)
        {
            _mode = mode;
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask<SseItem<JsonRpcMessage?>> WriteEventAsync(SseItem<JsonRpcMessage?> sseItem, CancellationToken cancellationToken = default)
    {
        if (sseItem.EventId is not null)
        {
            return ValueTask.FromResult(sseItem);
        }

        lock (_lock)
        {
            var kept = new SseItem<JsonRpcMessage?>(sseItem.Data, sseItem.EventType)
            {
                EventId = string.Create(CultureInfo.InvariantCulture, $"{number}-{_events.Count + 1}"),
                ReconnectionInterval = sseItem.ReconnectionInterval,
            };
            _events.Add(kept);
            Wake();
            return ValueTask.FromResult(kept);
        }
    }

    public ValueTask DisposeAsync()
    {
        lock (_lock)
        {
            _isComplete = true;
            Wake();
        }

        return ValueTask.CompletedTask;
    }

    private void Wake()
    {
        _changed.TrySetResult();
        _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private sealed class Reader(EventLog log, int position) : ISseEventStreamReader
    {
        private readonly SseEventStreamOptions _options = log.Options;

        public string SessionId => _options.SessionId;

        public string StreamId => _options.StreamId;

        public async IAsyncEnumerable<SseItem<JsonRpcMessage?>> ReadEventsAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            var next = position;
            while (true)
            {
                SseItem<JsonRpcMessage?>[] events;
                Task changed;
                bool isLast;
                lock (log._lock)
                {
                    events = [.. log._events.Skip(next)];
                    changed = log._changed.Task;

                    // A client that polls waits for one message at least; it would only come back at once.
                    isLast = log._isComplete || (log._mode == SseEventStreamMode.Polling && events.Length > 0);
                }

                foreach (var item in events)
                {
                    yield return item;
                }

                if (isLast)
                {
                    yield break;
                }

                next += events.Length;
                await changed.WaitAsync(cancellationToken);
            }
        }
    }

    private SseEventStreamOptions Options => options;
}
