using McpRegistry.AspNetCore.ApiKeys;
using McpRegistry.AspNetCore.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace McpRegistry.AspNetCore.Servers;

/// <summary>The REST routes of the registry.</summary>
internal static class ServerEndpoints
{
    public const string Path = "/api/v1/servers";

    /// <summary>Maps the routes with their policies and the Host and Origin check.</summary>
    public static RouteGroupBuilder MapServerApi(this IEndpointRouteBuilder endpoints)
    {
        var group = endpoints.MapApi(Path);
        group.MapPost("", Answer(static (api, context) => api.CreateAsync(context))).RequireAuthorization(McpRegistryPolicies.Write);
        group.MapGet("", Answer(static (api, context) => api.ListAsync(context))).RequireAuthorization(McpRegistryPolicies.Read);
        group.MapGet("/{id}", Answer(static (api, context) => api.GetAsync(context))).RequireAuthorization(McpRegistryPolicies.Read);
        group.MapPut("/{id}", Answer(static (api, context) => api.ReplaceAsync(context))).RequireAuthorization(McpRegistryPolicies.Write);
        group.MapDelete("/{id}", Answer(static (api, context) => api.DeleteAsync(context))).RequireAuthorization(McpRegistryPolicies.Write);
        group.MapPut("/{id}/maintenance", Answer(static (api, context) => api.MaintainAsync(context, begins: true))).RequireAuthorization(McpRegistryPolicies.Write);
        group.MapDelete("/{id}/maintenance", Answer(static (api, context) => api.MaintainAsync(context, begins: false))).RequireAuthorization(McpRegistryPolicies.Write);
        group.MapPost("/{id}/refresh", Answer(static (api, context) => api.RefreshAsync(context))).RequireAuthorization(McpRegistryPolicies.Write);
        return group;
    }

    private static RequestDelegate Answer(Func<ServerApi, HttpContext, Task> answer) => ApiRoutes.Answer(answer);
}
