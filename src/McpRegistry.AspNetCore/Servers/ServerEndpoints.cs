using McpRegistry.AspNetCore.Analytics;
using McpRegistry.AspNetCore.ApiKeys;
using McpRegistry.AspNetCore.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace McpRegistry.AspNetCore.Servers;

/// <summary>The REST routes of the registry.</summary>
internal static class ServerEndpoints
{
    public const string Path = "/api/v1/servers";

    /// <summary>Maps the routes with their policies and the Host and Origin check.</summary>
    public static RouteGroupBuilder MapServerApi(this IEndpointRouteBuilder endpoints)
    {
        var group = endpoints.MapGroup(Path);
        group.AddEndpointFilter<RouteGroupBuilder, RequestLogFilter>();
        group.AddEndpointFilter<RouteGroupBuilder, RequestOriginFilter>();
        group.MapPost("", Answer(static (api, context) => api.CreateAsync(context))).RequireAuthorization(McpRegistryPolicies.Write);
        group.MapGet("", Answer(static (api, context) => api.ListAsync(context))).RequireAuthorization(McpRegistryPolicies.Read);
        group.MapGet("/{id}", Answer(static (api, context) => api.GetAsync(context))).RequireAuthorization(McpRegistryPolicies.Read);
        group.MapPut("/{id}", Answer(static (api, context) => api.ReplaceAsync(context))).RequireAuthorization(McpRegistryPolicies.Write);
        group.MapDelete("/{id}", Answer(static (api, context) => api.DeleteAsync(context))).RequireAuthorization(McpRegistryPolicies.Write);
        group.MapPost("/{id}/refresh", Answer(static (api, context) => api.RefreshAsync(context))).RequireAuthorization(McpRegistryPolicies.Write);
        return group;
    }

    /// <summary>What nobody foresaw is logged here and answered without its text.</summary>
    private static RequestDelegate Answer(Func<ServerApi, HttpContext, Task> answer) => async context =>
    {
        try
        {
            await answer(context.RequestServices.GetRequiredService<ServerApi>(), context);
        }
        catch (Exception exception) when (!context.RequestAborted.IsCancellationRequested)
        {
            context.RequestServices.GetRequiredService<ILogger<ServerApi>>().RequestFailed(exception);
            await new Problem(StatusCodes.Status500InternalServerError, "Internal error", "internal", "The request could not be handled; try again later.").WriteAsync(context);
        }
        catch (OperationCanceledException)
        {
            // The caller hung up; nobody is left to answer.
        }
    };
}
