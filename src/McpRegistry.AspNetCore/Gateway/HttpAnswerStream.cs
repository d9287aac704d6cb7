using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.IO.Pipelines;
using McpRegistry.Gateway;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace McpRegistry.AspNetCore.Gateway;

/// <summary>
/// The HTTP response to one request: a JSON document, unless something has to go out before the answer; then it becomes an
/// event stream. Silence is filled with comments, so that no proxy gives up on a long call.
/// </summary>
internal sealed class HttpAnswerStream : IAnswerStream, IAsyncDisposable
{
    private readonly HttpContext _context;
    private readonly bool _takesStream;

    [SuppressMessage("Usage", "CA2213", Justification = "A late keep-alive may still wait for it; it holds nothing to release.")]
    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly ITimer? _keepAlive;
    private bool _started;
    private volatile bool _ended;

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
        try
        {
            Start_NeedsLock();
            await _context.Response.BodyWriter.FlushAsync(cancellationToken);
        }
        finally
        {
            _writing.Release();
        }
    }

    public async ValueTask SendAsync(ReadOnlyMemory<byte> notification, CancellationToken cancellationToken)
    {
        if (!_takesStream)
        {
            return;
        }

        await _writing.WaitAsync(cancellationToken);
        try
        {
            if (_ended)
            {
                // Nothing may follow the answer, and the response may be another request's by now.
                return;
            }

            Start_NeedsLock();
            WriteEvent(_context.Response.BodyWriter, notification.Span);
            await _context.Response.BodyWriter.FlushAsync(cancellationToken);
        }
        finally
        {
            _writing.Release();
        }
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
                WriteEvent(_context.Response.BodyWriter, answer.Json.Span);
            }
            else
            {
                StartDocument_NeedsLock(status, answer.Json.Length).Write(answer.Json.Span);
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

            WriteEvent(_context.Response.BodyWriter, answer.Json.Span);
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
                    WriteEvent(_context.Response.BodyWriter, answer.Json.Span);
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
        _ended = true;
        if (!_started)
        {
            _context.Response.StatusCode = StatusCodes.Status202Accepted;
        }

        _writing.Release();
    }

    public async ValueTask DisposeAsync()
    {
        if (_keepAlive is not null)
        {
            await _keepAlive.DisposeAsync();
        }

        // A comment may be under way; the response must not end below it.
        await _writing.WaitAsync();
        _ended = true;
        _writing.Release();
    }

    private async Task KeepAliveAsync()
    {
        await _writing.WaitAsync();
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

    private PipeWriter StartDocument_NeedsLock(int status, long length)
    {
        var response = _context.Response;
        response.StatusCode = status;
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

    /// <summary>A line break would end the event's line; in JSON outside of strings it is just white space.</summary>
    private static void WriteEvent(PipeWriter output, ReadOnlySpan<byte> json)
    {
        output.Write("event: message\ndata: "u8);
        while (json.IndexOfAny((byte)'\n', (byte)'\r') is var position and >= 0)
        {
            output.Write(json[..position]);
            output.Write(" "u8);
            json = json[(position + 1)..];
        }

        output.Write(json);
        output.Write("\n\n"u8);
    }
}
