using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http;

namespace McpRegistry.ProtocolFuzz.Hosting;

/// <summary>The requests that the gateway is at, so that one which never ends can be named.</summary>
internal sealed class RunningRequests
{
    /// <summary>Names the case and the step of a request.</summary>
    public const string Header = "X-Fuzz-Case";

    private readonly ConcurrentDictionary<HttpContext, string> _running = new(ReferenceEqualityComparer.Instance);

    public IEnumerable<string> All => _running.Select(static running =>
        $"{running.Value}{(running.Key.Response.HasStarted ? ", answering" : "")}{(running.Key.RequestAborted.IsCancellationRequested ? ", the client is gone" : "")}");

    public async Task WatchAsync(HttpContext context, RequestDelegate next)
    {
        _running[context] = $"{context.Request.Method} {context.Request.Path} of {context.Request.Headers[Header]}";
        try
        {
            await next(context);
        }
        finally
        {
            _running.TryRemove(context, out _);
        }
    }
}
