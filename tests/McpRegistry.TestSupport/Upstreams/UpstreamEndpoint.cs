using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http;

namespace McpRegistry.TestSupport.Upstreams;

/// <summary>Records each request, finds its handler and notes how the exchange ended.</summary>
internal sealed class UpstreamEndpoint(IUpstreamProtocol protocol, RequestLog log, Changes changes, CancellationToken stopping)
{
    private int _open;

    public ConcurrentDictionary<string, UpstreamHandler> Script { get; } = new(StringComparer.Ordinal);

    /// <summary>Gets or sets what sees each request first, and tells whether it has answered it.</summary>
    public Func<UpstreamExchange, Task<bool>>? Guard { get; set; }

    public int OpenRequests => Volatile.Read(ref _open);

    public async Task HandleAsync(HttpContext http)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, stopping);
        var request = await ReadAsync(http);
        var exchange = new UpstreamExchange(http, request, ended.Token);
        Interlocked.Increment(ref _open);
        log.Add(request);
        var broken = false;
        try
        {
            if (Guard is { } guard && await guard(exchange))
            {
                return;
            }

            await (HttpMethods.IsPost(request.Verb) && !request.IsMessage
                ? exchange.ErrorAsync(-32700, "Parse error", status: StatusCodes.Status400BadRequest)
                : protocol.AnswerAsync(exchange, Script.GetValueOrDefault(request.Method)));
        }
        catch (Exception error) when (error is OperationCanceledException or IOException && ended.IsCancellationRequested)
        {
            // The client left, or the test is over: both are ordinary here and told apart below.
            broken = true;
        }
        finally
        {
            Interlocked.Decrement(ref _open);
            request.End(aborted: (broken || http.RequestAborted.IsCancellationRequested) && !exchange.ClosedHere && !stopping.IsCancellationRequested);
            changes.Raise();
        }
    }

    private static async Task<ReceivedRequest> ReadAsync(HttpContext http)
    {
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body, http.RequestAborted);
        var headers = http.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        return new ReceivedRequest(http.Request.Method, headers, body.ToArray(), http.Request.Path.Value ?? "");
    }
}
