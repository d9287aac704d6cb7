using System.Collections.Concurrent;
using System.Text.Json;
using McpRegistry.Discovery;
using McpRegistry.Protocol;
using McpRegistry.Servers;
using McpRegistry.Upstream.Http;
using ModelContextProtocol.Protocol;

namespace McpRegistry.Upstream.Channels;

/// <summary>
/// A server behind one shared duplex channel (stdio, HTTP+SSE): answers and notifications of all requests come in one
/// stream and are told apart by the gateway's own ids and progress tokens.
/// </summary>
internal sealed partial class ChannelConnection : UpstreamConnection
{
    /// <summary>Bounds what waits to be written while nobody waits for it: a server need not read what it asks for.</summary>
    private const int MaxUnsentBytes = 1024 * 1024;

    /// <summary>About what a waiting write holds beside its bytes.</summary>
    private const int UnsentOverhead = 512;

    /// <summary>How many questions of one server may be open at once; the gateway itself refuses those beyond.</summary>
    private const int MaxQuestions = 64;

    private static readonly UpstreamHandshake Probe = new() { Era = ProtocolEra.Modern, Revision = ProtocolRevision.Modern };

    private readonly ITransport _transport;
    private readonly int _maxMessageBytes;
    private readonly TimeProvider _time;
    private readonly SessionLogLevel _logLevel = new();
    private readonly ConcurrentDictionary<long, PendingRequest> _pending = new();
    private readonly TaskCompletionSource<UpstreamFault> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _disposed = new();

    /// <summary>The token of <see cref="_disposed"/>, which stays usable when calls outlive the connection.</summary>
    private readonly CancellationToken _closing;
    private readonly Task _reading;
    private readonly bool _isShared;
    private readonly SessionQuestions _unnamed;
    private readonly GivenUpCalls? _givenUp;
    private volatile IUpstreamListener? _listener;
    private int _questions;
    private readonly Lazy<Task> _closed;
    private long _lastId;
    private long _unsent;

    /// <summary>How many messages have come.</summary>
    private long _heard;

    /// <summary>Nothing has come since the request was sent that was given up last.</summary>
    private volatile bool _isSilent;
    private int _isAsking;

    private ChannelConnection(ITransport transport, ClientProfile profile, int maxMessageBytes, TimeProvider time)
        : base(Probe)
    {
        _time = time;
        _isShared = profile.IsShared;
        _unnamed = new SessionQuestions(profile, time);
        _givenUp = profile.IsForEveryone ? new GivenUpCalls(time) : null;
        _transport = transport;
        _maxMessageBytes = maxMessageBytes;
        _closing = _disposed.Token;
        _closed = new Lazy<Task>(CloseAsync);
        _reading = Task.Run(ReadAsync);
    }

    public override bool HasEnded => _ended.Task.IsCompleted;

    public override async ValueTask<UpstreamReply> SendAsync(UpstreamRequest request, IUpstreamObserver? observer, CancellationToken cancellationToken)
    {
        if (request.LogLevel is { } level && Handshake.Era == ProtocolEra.Legacy && !_logLevel.Covers(level) && Handshake.HasCapability("logging"u8))
        {
            await SetLogLevelAsync(level, cancellationToken).ConfigureAwait(false);
        }

        var reply = await SendCoreAsync(request, observer, cancellationToken).ConfigureAwait(false);
        if (reply.Fault is { HttpStatus: 400 or 404 } && await HasForgottenAsync(cancellationToken).ConfigureAwait(false))
        {
            End(Forgotten with { MayHaveRun = true });
            return Forgotten;
        }

        return EraVerdict.Contradicts(reply) ? EraVerdict.Changed : reply;
    }

    public override ValueTask SetLogLevelAsync(LogLevel level, CancellationToken cancellationToken) =>
        _logLevel.SetAsync(level, () => SendCoreAsync(LegacyMessages.SetLevel(level), null, cancellationToken));

    public override ValueTask NotifyAsync(ReadOnlyMemory<byte> notification, CancellationToken cancellationToken)
    {
        TryPost(notification);
        return ValueTask.CompletedTask;
    }

    public override async Task<UpstreamFault?> WatchAsync(IUpstreamListener listener, CancellationToken cancellationToken)
    {
        _listener = listener;
        listener.Opened();
        if (Handshake.Era == ProtocolEra.Modern)
        {
            // Changes are announced only to those who listen; the answer ends the subscription, not the connection.
            _ = ListenAsync(listener);
        }

        return await _ended.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    public override void Offer(IUpstreamListener listener) => _unnamed.Offer(listener);

    public override ValueTask DisposeAsync() => new(_closed.Value);

    private async Task CloseAsync()
    {
        await _disposed.CancelAsync().ConfigureAwait(false);
        await _transport.DisposeAsync().ConfigureAwait(false);
        await _reading.ConfigureAwait(false);
        _disposed.Dispose();
    }

    private async ValueTask<UpstreamReply> SendCoreAsync(UpstreamRequest request, IUpstreamObserver? observer, CancellationToken cancellationToken)
    {
        var id = Interlocked.Increment(ref _lastId);
        var limit = request.MaxAnswerBytes == 0 ? _maxMessageBytes : request.MaxAnswerBytes;
        var pending = new PendingRequest(observer, request.Method == McpMethod.Listen, limit, cancellationToken);
        var heard = Volatile.Read(ref _heard);
        _pending[id] = pending;
        if (observer is not null && !pending.IsWatch)
        {
            _unnamed.Offer(observer);
        }

        try
        {
            if (_ended.Task.IsCompleted)
            {
                return await _ended.Task.ConfigureAwait(false) with { MayHaveRun = false };
            }

            var fault = await WriteAsync(request.Write(id, Handshake), cancellationToken).ConfigureAwait(false);
            if (HttpFaults.MayStillRun(fault?.Fault))
            {
                GiveUp(id, pending);
            }

            return fault ?? await pending.Reply.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            GiveUp(id, pending);
            _isSilent = heard == Volatile.Read(ref _heard);

            // One that finds no room is lost: the server works on, which it may do anyway.
            TryPost(LegacyMessages.Cancelled(id));
            throw;
        }
        finally
        {
            _pending.TryRemove(id, out _);
            pending.Abandon();
        }
    }

    /// <summary>Keeps a call in mind that the server may work on, unless it has just answered it.</summary>
    private void GiveUp(long id, PendingRequest pending)
    {
        if (_givenUp is not null && pending is { IsWatch: false, Observer: not null })
        {
            // In this order: the answer may come at any time.
            _givenUp.Add(id, pending.Observer.MayBeMeant);
            if (!_pending.TryRemove(id, out _))
            {
                _givenUp.Answered(id);
            }
        }
    }

    /// <summary>Writes what nobody waits for; false when too much of that waits already.</summary>
    private bool TryPost(ReadOnlyMemory<byte> json)
    {
        var size = json.Length + UnsentOverhead;
        if (Interlocked.Add(ref _unsent, size) > MaxUnsentBytes)
        {
            Interlocked.Add(ref _unsent, -size);
            return false;
        }

        _ = PostAsync(json, size);
        return true;
    }

    private async Task PostAsync(ReadOnlyMemory<byte> json, int size)
    {
        try
        {
            await WriteAsync(json, _closing).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The connection is going away.
        }
        finally
        {
            Interlocked.Add(ref _unsent, -size);
        }
    }

    private async ValueTask<UpstreamReply?> WriteAsync(ReadOnlyMemory<byte> json, CancellationToken cancellationToken)
    {
        JsonRpcMessage message;
        try
        {
            message = JsonRpcText.Read(json.Span);
            if (_transport is WebSocketTransport)
            {
                JsonRpcText.Keep(message, json);
            }
            else if (json.Span.IndexOf("\\u"u8) >= 0)
            {
                // An escape may be half a surrogate pair. The transport would find out only while it sends, and fail as if it were closed.
                JsonRpcText.Write(message);
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // Nothing is wrong with the server, so its channel must not be closed for this.
            return UpstreamReply.Failed(
                FaultReasons.NotCarried, "The message is nested deeper than this transport carries, or has text that is not Unicode.", mayHaveRun: false);
        }

        try
        {
            await _transport.SendMessageAsync(message, cancellationToken).ConfigureAwait(false);
            return null;
        }
        catch (ChannelFaultException exception)
        {
            return exception.Fault;
        }
        catch (Exception exception) when (exception is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            // The transports throw many types for one thing: the channel is closed. Half a message may have gone out.
            return new UpstreamFault(FaultReasons.ProcessExited, "The server's channel is closed.", MayHaveRun: true);
        }
    }

    /// <summary>Keeps a subscription with the server for as long as the channel lasts, unless the server has none.</summary>
    private async Task ListenAsync(IUpstreamListener listener)
    {
        var pace = new WatchPace(_time);
        try
        {
            for (var hasGap = false; ; hasGap = true)
            {
                pace.Begin();
                var reply = await SendCoreAsync(OwnRequest.ListenForChanges, new ChangeObserver(listener, hasGap), _closing).ConfigureAwait(false);
                if (HasEnded || reply is { Answered: true, Message: { IsError: true, ErrorCode: ErrorCodes.MethodNotFound } })
                {
                    return;
                }

                await pace.PauseAsync(_closing).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // The connection is going away.
        }
    }
}
