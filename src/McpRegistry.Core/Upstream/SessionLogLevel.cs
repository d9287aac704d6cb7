using McpRegistry.Protocol;

namespace McpRegistry.Upstream;

/// <summary>The log level of a legacy session: that of the caller who wants to hear the most, or the one that its only client has chosen.</summary>
internal sealed class SessionLogLevel
{
    private readonly Lock _lock = new();
    private LogLevel? _level;

    /// <summary>Tells whether the session says all that a caller wants to hear, or is about to.</summary>
    public bool Covers(LogLevel level)
    {
        lock (_lock)
        {
            return _level <= level;
        }
    }

    /// <summary>Sets the level. What the server has not taken is set again for the next caller, unless it knows no levels.</summary>
    public async ValueTask SetAsync(LogLevel level, Func<ValueTask<UpstreamReply>> send)
    {
        LogLevel? before;
        lock (_lock)
        {
            before = _level;
            _level = level;
        }

        var isSettled = false;
        try
        {
            var reply = await send().ConfigureAwait(false);
            isSettled = reply.Answered && (!reply.Message.IsError || reply.Message.ErrorCode == ErrorCodes.MethodNotFound);
        }
        finally
        {
            if (!isSettled)
            {
                Restore(level, before);
            }
        }
    }

    private void Restore(LogLevel failed, LogLevel? before)
    {
        lock (_lock)
        {
            // Another caller may have gone further meanwhile. Whether the server says less by now is not known, so it will be told again.
            _level = _level != failed ? _level : failed > before ? null : before;
        }
    }
}
