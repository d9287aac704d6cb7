using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.IO.Pipelines;
using McpRegistry.Gateway;
using McpRegistry.Gateway.Resumption;
using McpRegistry.Limits;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace McpRegistry.AspNetCore.Gateway;

/// <summary>
/// The HTTP response to one request: a JSON document, unless something has to go out before the answer; then it becomes an
/// event stream. Silence is filled with comments, so that no proxy gives up on a long call.
/// </summary>
internal sealed class HttpAnswerStream : IAnswerStream, IAsyncDisposable
{
    private const string ClientIsGone = "The client has hung up.";

    private readonly HttpContext _context;
    private readonly bool _takesStream;

    [SuppressMessage("Usage", "CA2213", Justification = "A late keep-alive may still wait for it; it holds nothing to release.")]
    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly ITimer? _keepAlive;
    private volatile bool _started;
    private volatile bool _ended;
    private volatile bool _isGivenUp;

    public HttpAnswerStream(HttpContext context, bool takesStream, TimeSpan keepAlive, TimeProvider time)
    {
        _context = context;
        _takesStream = takesStream;
        _keepAlive = takesStream
            ? time.CreateTimer(static stream => _ = ((HttpAnswerStream)stream!).KeepAliveAsync(), this, keepAlive, keepAlive)
            : null;
    }

    public bool IsOpen => _takesStream && !_ended && !_context.RequestAborted.IsCancellationRequested;

    /// <summary>Begins the stream at once, so that the client knows that it is open.</summary>
    public async ValueTask StartAsync(CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken);
        if (!await WaitAsync(WriteAsync_ReleasesLock(static (_, _) => { }, 0), cancellationToken))
        {
            throw new IOException(ClientIsGone);
        }
    }

    /// <summary>Gets a value that tells whether the response is an event stream already.</summary>
    public bool HasStarted => _started;

    /// <summary>Gets a value that tells whether something is being written, for which a client may take its time.</summary>
    public bool IsWriting => _writing.CurrentCount == 0;

    /// <summary>Writes an event with an id.</summary>
    /// <param name="id">The id.</param>
    /// <param name="json">The message; empty for an event that only brings the id.</param>
    /// <param name="retry">After which time to come back when the connection breaks; zero says nothing of it.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>False when the client is gone.</returns>
    public async ValueTask<bool> TrySendEventAsync(EventId id, ReadOnlyMemory<byte> json, TimeSpan retry, CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken);
        if (!IsOpen)
        {
            _writing.Release();
            return false;
        }

        var writing = WriteAsync_ReleasesLock(
            static (output, sent) => EventWriter.Write(output, sent.Id, sent.Json.Span, sent.Retry), (Id: id, Json: json, Retry: retry));
        return await WaitAsync(writing, cancellationToken) && IsOpen;
    }

    public async ValueTask SendAsync(ReadOnlyMemory<byte> notification, CancellationToken cancellationToken) =>
        await TrySendAsync(notification, cancellationToken);

    public async ValueTask<bool> TrySendAsync(ReadOnlyMemory<byte> question, CancellationToken cancellationToken)
    {
        if (!_takesStream)
        {
            return false;
        }

        await _writing.WaitAsync(cancellationToken);
        if (_ended)
        {
            // Nothing may follow the answer, and the response may be another request's by now.
            _writing.Release();
            return false;
        }

        return await WaitAsync(WriteAsync_ReleasesLock(static (output, json) => EventWriter.Write(output, json.Span), question), cancellationToken)
            ? true
            : throw new IOException(ClientIsGone);
    }

    /// <summary>Ends the response with the answer.</summary>
    /// <param name="answer">The answer.</param>
    /// <param name="status">The HTTP status, as far as it can still be set.</param>
    public async ValueTask CompleteAsync(GatewayAnswer answer, int status)
    {
        await _writing.WaitAsync();
        try
        {
            _ended = true;
            if (_started)
            {
                EventWriter.Write(_context.Response.BodyWriter, answer.Json.Span);
            }
            else
            {
                StartDocument_NeedsLock(status, answer.Json.Length, answer.Refusal).Write(answer.Json.Span);
            }

            await _context.Response.BodyWriter.FlushAsync(_context.RequestAborted);
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>Sends one answer of a batch at once if this has become a stream; false leaves it for <see cref="CompleteBatchAsync"/>.</summary>
    public async ValueTask<bool> TrySendAnswerAsync(GatewayAnswer answer)
    {
        await _writing.WaitAsync();
        try
        {
            if (!_started || _ended)
            {
                return false;
            }

            EventWriter.Write(_context.Response.BodyWriter, answer.Json.Span);
            await _context.Response.BodyWriter.FlushAsync(_context.RequestAborted);
            return true;
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>Ends the response to a batch with the answers that were not sent before: one array, or an event for each.</summary>
    /// <param name="answers">These answers; at least one.</param>
    /// <param name="status">The HTTP status, as far as it can still be set.</param>
    public async ValueTask CompleteBatchAsync(IReadOnlyList<GatewayAnswer> answers, int status)
    {
        await _writing.WaitAsync();
        try
        {
            _ended = true;
            if (_started)
            {
                foreach (var answer in answers)
                {
                    EventWriter.Write(_context.Response.BodyWriter, answer.Json.Span);
                }
            }
            else
            {
                WriteArray(StartDocument_NeedsLock(status, answers.Sum(answer => answer.Json.Length + 1L) + 1), answers);
            }

            await _context.Response.BodyWriter.FlushAsync(_context.RequestAborted);
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>Ends the response without an answer: the client withdrew the request.</summary>
    public async ValueTask AbandonAsync()
    {
        await _writing.WaitAsync();
        try
        {
            _ended = true;
            if (!_context.Response.HasStarted)
            {
                _context.Response.StatusCode = StatusCodes.Status202Accepted;
            }
        }
        finally
        {
            _writing.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_keepAlive is not null)
        {
            await _keepAlive.DisposeAsync();
        }

        if (_isGivenUp && IsWriting)
        {
            // A client that takes nothing would hold up the end of the request for as long as it likes.
            _context.Abort();
        }

        // A comment may be under way; the response must not end below it.
        await _writing.WaitAsync();
        _ended = true;
        _writing.Release();
    }

    private async Task KeepAliveAsync()
    {
        // While something is being written there is no silence to fill. A client that reads nothing holds that up for as long as
        // it likes, and a comment of each interval would wait here.
        if (!await _writing.WaitAsync(TimeSpan.Zero))
        {
            return;
        }

        try
        {
            if (!_ended && !_context.RequestAborted.IsCancellationRequested)
            {
                Start_NeedsLock();
                _context.Response.BodyWriter.Write(": keep-alive\n\n"u8);
                await _context.Response.BodyWriter.FlushAsync(_context.RequestAborted);
            }
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException or InvalidOperationException)
        {
            // The client is gone; the call itself finds out by its own token.
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>
    /// Writes to the end whatever becomes of the caller: the web server cuts off a connection when the token of a write is cancelled,
    /// and with it an answer that has nothing to do with what was given up. Returns false when the client is gone.
    /// </summary>
    private async Task<bool> WriteAsync_ReleasesLock<TState>(Action<PipeWriter, TState> write, TState state)
    {
        try
        {
            Start_NeedsLock();
            write(_context.Response.BodyWriter, state);
            await _context.Response.BodyWriter.FlushAsync(_context.RequestAborted);
            return true;
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException)
        {
            return false;
        }
        finally
        {
            _writing.Release();
        }
    }

    private async Task<bool> WaitAsync(Task<bool> writing, CancellationToken cancellationToken)
    {
        try
        {
            return await writing.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (!writing.IsCompleted)
        {
            _isGivenUp = true;
            throw;
        }
    }

    private void Start_NeedsLock()
    {
        if (_started)
        {
            return;
        }

        _started = true;
        var response = _context.Response;
        response.StatusCode = StatusCodes.Status200OK;
        response.ContentType = "text/event-stream";
        response.Headers.CacheControl = "no-cache";
        response.Headers["X-Accel-Buffering"] = "no";
        _context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
    }

    private PipeWriter StartDocument_NeedsLock(int status, long length, LimitRefusal? refusal = null)
    {
        var response = _context.Response;
        response.StatusCode = status;
        RetryAfter.Set(response, status, refusal);
        response.ContentType = "application/json";
        response.ContentLength = length;
        return response.BodyWriter;
    }

    private static void WriteArray(PipeWriter output, IReadOnlyList<GatewayAnswer> answers)
    {
        var separator = "["u8;
        foreach (var answer in answers)
        {
            output.Write(separator);
            output.Write(answer.Json.Span);
            separator = ","u8;
        }

        output.Write("]"u8);
    }
}
