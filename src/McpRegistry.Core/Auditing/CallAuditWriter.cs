using McpRegistry.Analytics;
using McpRegistry.Protocol;
using McpRegistry.Writers;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace McpRegistry.Auditing;

/// <summary>
/// Writes the events of calls in the background and drops none. A call waits for room before anything is done for it; once it has
/// begun, its event is taken without a wait. So at most <see cref="AuditOptions.CallCapacity"/> events and one for each
/// call under way wait for the store, and no answer goes out whose event is not among them.
/// </summary>
internal sealed class CallAuditWriter : IBackgroundWriter, IAsyncDisposable
{
    private static readonly TimeSpan LongestDelay = TimeSpan.FromMilliseconds(100);

    private readonly BatchWriter<CallRecord, AuditEvent> _writer;
    private readonly AuditOptions _options;
    private readonly bool[] _isQuiet;
    private readonly CallArguments? _arguments;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private TaskCompletionSource _written = NewSignal();

    public CallAuditWriter(
        IOptions<AuditOptions> options,
        IOptions<WriterOptions> writers,
        WriterInstruments instruments,
        TimeProvider time,
        ILogger<CallAuditWriter> log,
        IAuditStore? store = null)
    {
        (_options, _time, _log) = (options.Value, time, log);
        _isQuiet = [.. Enum.GetValues<McpMethod>().Select(method => _options.QuietMethods.Contains(McpMethods.Name(method), StringComparer.Ordinal))];
        _arguments = _options.Arguments.Enabled ? new CallArguments(_options.Arguments) : null;
        IsOn = _options.Calls != AuditedCalls.Off && store is not null;
        _writer = new BatchWriter<CallRecord, AuditEvent>(
            new BatchWriterSettings("call_audit", int.MaxValue, _options.BatchSize, LongestDelay),
            writers.Value,
            record => CallEvents.Of(record, _arguments),
            async (events, cancellationToken) =>
            {
                await store!.AppendAsync(events, cancellationToken).ConfigureAwait(false);
                Interlocked.Exchange(ref _written, NewSignal()).TrySetResult();
            },
            instruments,
            time,
            log);
    }

    /// <summary>Gets a value that tells whether calls leave events.</summary>
    public bool IsOn { get; }

    /// <summary>Gets how many events wait.</summary>
    public int Waiting => _writer.Waiting;

    /// <summary>Waits until a call may begin, for <see cref="AuditOptions.CallWait"/> at most.</summary>
    /// <param name="cancellationToken">The caller gave up.</param>
    /// <returns>False when it may not: the store does not keep up.</returns>
    public ValueTask<bool> WaitForRoomAsync(CancellationToken cancellationToken) =>
        !IsOn || _writer.Waiting < _options.CallCapacity ? new(true) : WaitAsync(cancellationToken);

    /// <summary>Tells whether a call leaves an event.</summary>
    public bool Wants(McpMethod method, bool failed) => IsOn && (failed || (_options.Calls == AuditedCalls.All
        ? !_isQuiet[(int)method]
        : method is McpMethod.ToolsCall or McpMethod.TasksUpdate or McpMethod.TasksCancel && !_isQuiet[(int)method]));

    /// <summary>Takes over the arguments of a tool call while its bytes are at hand, where they are kept.</summary>
    public void TakeArguments(ref CallRecord record, ClientMessage message)
    {
        if (_arguments is null || record.McpMethod != McpMethod.ToolsCall || !Wants(record.McpMethod, record.Failed || record.ErrorCode != 0))
        {
            return;
        }

        var given = message.Raw(message.Params);
        record.ParamsAreTooLarge = given.Length > _arguments.MaxBytes;
        record.Params = given.IsEmpty || record.ParamsAreTooLarge ? null : given.ToArray();
    }

    /// <summary>Takes the record of a call that has begun.</summary>
    public void Write(in CallRecord record)
    {
        if (Wants(record.McpMethod, record.Failed || record.ErrorCode != 0))
        {
            _writer.TryWrite(record);
        }
    }

    public void Start()
    {
        if (IsOn)
        {
            _writer.Start();
        }
    }

    public Task FlushAsync() => _writer.FlushAsync();

    public Task StopAsync() => _writer.StopAsync();

    public ValueTask DisposeAsync() => _writer.DisposeAsync();

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private async ValueTask<bool> WaitAsync(CancellationToken cancellationToken)
    {
        var began = _time.GetTimestamp();
        while (true)
        {
            // Read before the count: a write that ends in between completes this very signal.
            var written = Volatile.Read(ref _written);
            if (_writer.Waiting < _options.CallCapacity)
            {
                return true;
            }

            var left = _options.CallWait - _time.GetElapsedTime(began);
            if (left <= TimeSpan.Zero || !await EndsAsync(written.Task, left, cancellationToken).ConfigureAwait(false))
            {
                _log.NoRoom(_options.CallWait);
                return false;
            }
        }
    }

    private async ValueTask<bool> EndsAsync(Task written, TimeSpan within, CancellationToken cancellationToken)
    {
        try
        {
            await written.WaitAsync(within, _time, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }
}
