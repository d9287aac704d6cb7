using McpRegistry.AspNetCore.ApiKeys;
using McpRegistry.AspNetCore.Http;
using McpRegistry.Limits;
using Microsoft.AspNetCore.Http;

namespace McpRegistry.AspNetCore.Limits;

/// <summary>Keeps REST requests within the rates that MCP calls of the same caller share. Quotas count MCP calls only.</summary>
internal sealed class RateFilter(RateLimiter rates) : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        if (!rates.IsOn || http.User.GetCaller() is not { } caller || rates.Take(caller, http.Connection.RemoteIpAddress) is not { } refusal)
        {
            return await next(context);
        }

        LimitHeaders.Set(http.Response, refusal);
        await Problem.TooMany(refusal).WriteAsync(http);
        return Results.Empty;
    }
}
