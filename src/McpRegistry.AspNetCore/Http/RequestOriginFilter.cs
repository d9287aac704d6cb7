using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace McpRegistry.AspNetCore.Http;

/// <summary>Puts <see cref="RequestOriginPolicy"/> before the endpoints of a group, REST and MCP alike.</summary>
internal sealed class RequestOriginFilter(RequestOriginPolicy policy, ILogger<RequestOriginFilter> logger) : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        if (policy.IsAllowed(context.HttpContext.Request, out var problem))
        {
            return await next(context);
        }

        logger.RequestRefused(problem.Code);
        await problem.WriteAsync(context.HttpContext);
        return Results.Empty;
    }
}
