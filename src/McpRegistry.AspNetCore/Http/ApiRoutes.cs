using McpRegistry.AspNetCore.Analytics;
using McpRegistry.AspNetCore.Limits;
using McpRegistry.AspNetCore.OAuth;
using McpRegistry.AspNetCore.Tenancy;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace McpRegistry.AspNetCore.Http;

/// <summary>What all groups of REST routes have in common.</summary>
internal static class ApiRoutes
{
    public const string Root = "/api/v1";

    /// <summary>Begins a group with the request log and the checks of Host, Origin and tenant; each route still names its policy.</summary>
    /// <param name="endpoints">Where to map it.</param>
    /// <param name="path">What the routes begin with.</param>
    /// <param name="isLimited">Whether rates count; not for the routes by which they are reset.</param>
    public static RouteGroupBuilder MapApi(this IEndpointRouteBuilder endpoints, string path, bool isLimited = true)
    {
        var group = endpoints.MapGroup(path);
        group.AddEndpointFilter<RouteGroupBuilder, RequestLogFilter>();
        group.AddEndpointFilter<RouteGroupBuilder, RequestOriginFilter>();
        group.AddEndpointFilter<RouteGroupBuilder, TenantFilter>();
        group.WithMetadata(ProtectedResource.Api);
        if (isLimited)
        {
            group.AddEndpointFilter<RouteGroupBuilder, RateFilter>();
        }

        return group;
    }

    /// <summary>Has a service answer. What nobody foresaw is logged here and answered without its text.</summary>
    public static RequestDelegate Answer<TApi>(Func<TApi, HttpContext, Task> answer)
        where TApi : class => async context =>
    {
        try
        {
            await answer(context.RequestServices.GetRequiredService<TApi>(), context);
        }
        catch (Exception exception) when (!context.RequestAborted.IsCancellationRequested)
        {
            context.RequestServices.GetRequiredService<ILogger<TApi>>().RequestFailed(exception);
            if (HasBegun(context.Response))
            {
                // An end without a last chunk is all that can still tell the caller that the answer is not whole.
                context.Abort();
                return;
            }

            await Problem.Internal().WriteAsync(context);
        }
        catch (OperationCanceledException)
        {
            // The caller hung up; nobody is left to answer.
        }
    };

    /// <summary>What waits to be sent cannot be taken back either: a problem would stand behind it.</summary>
    private static bool HasBegun(HttpResponse response) =>
        response.HasStarted || (response.BodyWriter is { CanGetUnflushedBytes: true } writer && writer.UnflushedBytes > 0);
}
