using McpRegistry.Core.Tests.Protocol;
using McpRegistry.Protocol;
using McpRegistry.Servers;
using McpRegistry.TestSupport;
using McpRegistry.Upstream;

namespace McpRegistry.Core.Tests.Upstream;

/// <summary>A connection whose answers, watch and end the test decides on.</summary>
internal sealed class FakeConnection(ProtocolEra era = ProtocolEra.Legacy, string capabilities = """{"tools":{}}""") : UpstreamConnection(
    new UpstreamHandshake { Era = era, Revision = "2025-06-18", Capabilities = Message.Utf8(capabilities) })
{
    private readonly TaskCompletionSource<UpstreamFault?> _watch = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _watched = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _disposals;
    private int _watches;

    /// <summary>Gets or sets whether this plays Streamable HTTP of 2026-07-28.</summary>
    public bool Mirrors { get; set; }

    public override bool MirrorsParameters => Mirrors;

    /// <summary>Gets or sets whether this plays Streamable HTTP, where a stream is not the session.</summary>
    public bool Outlives { get; set; }

    public override bool OutlivesItsStreams => Outlives;

    /// <summary>Gets or sets whether the far end is known to be gone, as of a process that died.</summary>
    public bool IsGone { get; set; }

    public override bool HasEnded => IsGone;

    /// <summary>Gets how often it was watched.</summary>
    public int Watches => Volatile.Read(ref _watches);

    /// <summary>Gets or sets how requests are answered; by default with an empty result.</summary>
    public Func<UpstreamRequest, CancellationToken, ValueTask<UpstreamReply>> Answers { get; set; } = static (_, _) => new(Result("{}"));

    /// <summary>Gets who watches; null before anybody does.</summary>
    public IUpstreamListener? Listener { get; private set; }

    /// <summary>Gets whether a watch hears the server from its beginning; else the test says so through <see cref="Listener"/>.</summary>
    public bool IsHeardAtOnce { get; init; } = true;

    /// <summary>Has the server announce a change, or with <see cref="McpMethod.Unknown"/> a gap.</summary>
    public void Change(McpMethod method)
    {
        if (method == McpMethod.Unknown)
        {
            Listener!.Missed();
        }
        else
        {
            Listener!.Notified(Message.Upstream($$"""{"jsonrpc":"2.0","method":"{{McpMethods.Name(method)}}"}"""));
        }
    }

    /// <summary>Gets what the watch throws when it is cancelled; null ends it in order.</summary>
    public Exception? CancelledWatchFailure { get; init; }

    public int Disposals => Volatile.Read(ref _disposals);

    /// <summary>Gets a task that ends when the connection is watched.</summary>
    public Task Watched => _watched.Task.WaitAsync(Patience.Limit);

    public Task Closed => _closed.Task.WaitAsync(Patience.Limit);

    public static UpstreamReply Result(string result) => Message.Upstream($$"""{"jsonrpc":"2.0","id":1,"result":{{result}}}""");

    public static UpstreamReply Error(int code) => Message.Upstream($$$"""{"jsonrpc":"2.0","id":1,"error":{"code":{{{code}}},"message":"no"}}""");

    /// <summary>Ends the watch: with a fault the connection is dead, with null it cannot be watched.</summary>
    public void EndWatch(UpstreamFault? fault) => _watch.TrySetResult(fault);

    public void BreakWatch(Exception exception) => _watch.TrySetException(exception);

    /// <summary>Gets or sets how subscriptions are answered; the observer hears their notifications.</summary>
    public Func<UpstreamRequest, IUpstreamObserver, CancellationToken, ValueTask<UpstreamReply>>? ListenAnswers { get; set; }

    public override ValueTask<UpstreamReply> SendAsync(UpstreamRequest request, IUpstreamObserver? observer, CancellationToken cancellationToken) =>
        request.Method == McpMethod.Listen && ListenAnswers is { } listen ? listen(request, observer!, cancellationToken) : Answers(request, cancellationToken);

    public override async ValueTask SetLogLevelAsync(LogLevel level, CancellationToken cancellationToken) =>
        await Answers(LegacyMessages.SetLevel(level), cancellationToken);

    /// <summary>Gets or sets how notifications are taken; by default at once.</summary>
    public Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> Notifies { get; set; } = static (_, _) => ValueTask.CompletedTask;

    public override ValueTask NotifyAsync(ReadOnlyMemory<byte> notification, CancellationToken cancellationToken) => Notifies(notification, cancellationToken);

    public override async Task<UpstreamFault?> WatchAsync(IUpstreamListener listener, CancellationToken cancellationToken)
    {
        Listener = listener;
        Interlocked.Increment(ref _watches);
        _watched.TrySetResult();
        if (IsHeardAtOnce)
        {
            listener.Opened();
        }

        try
        {
            return await _watch.Task.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (CancelledWatchFailure is not null)
        {
            throw CancelledWatchFailure;
        }
    }

    /// <summary>Gets how many calls were told of as timed out.</summary>
    public int Timeouts { get; private set; }

    public override void NoteTimeout() => Timeouts++;

    /// <summary>Has the session be another one, as after the server forgot it.</summary>
    public void Reopen() => Handshake = Handshake with { };

    public override ValueTask DisposeAsync()
    {
        Interlocked.Increment(ref _disposals);
        _closed.TrySetResult();
        return ValueTask.CompletedTask;
    }
}
