namespace McpRegistry.Writers;

/// <summary>The growing wait between the tries of one write.</summary>
internal struct BackOff(WriterOptions options)
{
    private TimeSpan _next = options.RetryDelay;

    public TimeSpan Next()
    {
        var now = _next;
        var longest = options.MaxRetryDelay > options.RetryDelay ? options.MaxRetryDelay : options.RetryDelay;
        _next = now * 2 < longest ? now * 2 : longest;
        return now;
    }
}
