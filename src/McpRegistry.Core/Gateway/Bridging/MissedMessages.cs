using McpRegistry.Protocol;

namespace McpRegistry.Gateway.Bridging;

/// <summary>
/// What a server said while the client of a suspended call was away. Many calls may wait for minutes, so each keeps little.
/// The caller holds the lock.
/// </summary>
internal sealed class MissedMessages
{
    private const int MaxMessages = 100;

    private const int MaxBytes = 1024 * 1024;

    private readonly List<UpstreamMessage> _logs = [];
    private UpstreamMessage? _progress;
    private int _bytes;

    /// <summary>Keeps a message that has room. Of progress only the latest counts; of log messages the first ones are kept.</summary>
    public void Keep(UpstreamMessage notification)
    {
        var size = notification.Json.Length;
        if (notification.Method == McpMethod.Progress)
        {
            var before = _progress?.Json.Length ?? 0;
            if (_bytes - before + size <= MaxBytes)
            {
                _progress = notification;
                _bytes += size - before;
            }
        }
        else if (notification.Method == McpMethod.LogMessage && _logs.Count < MaxMessages && _bytes + size <= MaxBytes)
        {
            _logs.Add(notification);
            _bytes += size;
        }
    }

    /// <summary>Returns what was kept, progress last, and forgets it.</summary>
    public UpstreamMessage[] Take()
    {
        UpstreamMessage[] kept = _progress is null ? [.. _logs] : [.. _logs, _progress];
        _logs.Clear();
        _progress = null;
        _bytes = 0;
        return kept;
    }
}
