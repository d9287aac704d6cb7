namespace McpRegistry.Analytics;

/// <summary>Hands what requests leave behind to everyone who wants it. Edges ask <see cref="IsOn"/> first and do nothing when it is off.</summary>
internal sealed class CallRecorder
{
    private readonly ICallSink[] _sinks;

    public CallRecorder(RequestLogWriter log, UsageCounter usage)
    {
        _sinks = [.. new ICallSink?[] { log.IsOn ? log : null, usage.IsOn ? usage : null }.OfType<ICallSink>()];
        IsOn = _sinks.Length > 0;
    }

    /// <summary>Gets a value that tells whether anybody wants a record.</summary>
    public bool IsOn { get; }

    public void Record(in CallRecord record)
    {
        foreach (var sink in _sinks)
        {
            sink.Write(record);
        }
    }
}
