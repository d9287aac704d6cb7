using McpRegistry.AspNetCore.Analytics;
using McpRegistry.AspNetCore.Http;
using McpRegistry.Limits;
using Microsoft.AspNetCore.Http;

namespace McpRegistry.AspNetCore.Limits;

/// <summary>
/// Keeps requests of nobody who is known within the rate of their address. They are answered before any filter or call limiter is reached, so
/// this stands before that answer.
/// </summary>
internal sealed class UnknownCallerRate(RateLimiter rates, RequestObserver observer)
{
    private const string Reason = "rate_limited";

    /// <summary>Answers a request whose address is banned or too fast; false lets the caller answer.</summary>
    public async ValueTask<bool> TryRefuseAsync(HttpContext context)
    {
        if (!rates.IsOn || rates.TakeUnknown(context.Connection.RemoteIpAddress) is not { } refusal)
        {
            return false;
        }

        await observer.ForbiddenAsync(context, null, StatusCodes.Status429TooManyRequests, Reason);
        LimitHeaders.Set(context.Response, refusal);
        await Problem.TooMany(refusal).WriteAsync(context);
        return true;
    }
}
