using McpRegistry.AspNetCore.ApiKeys;
using Microsoft.AspNetCore.Http;

namespace McpRegistry.AspNetCore.Analytics;

/// <summary>Records the requests of a group of REST routes. Stands before the other filters, so that refusals are recorded too.</summary>
internal sealed class RequestLogFilter(RequestObserver observer) : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var started = observer.Started();
        try
        {
            return await next(context);
        }
        finally
        {
            if (observer.IsOn)
            {
                observer.Ended(context.HttpContext, context.HttpContext.User.GetCaller(), started);
            }
        }
    }
}
