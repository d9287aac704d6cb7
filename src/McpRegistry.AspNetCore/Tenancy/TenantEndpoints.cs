using McpRegistry.AspNetCore.ApiKeys;
using McpRegistry.AspNetCore.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace McpRegistry.AspNetCore.Tenancy;

/// <summary>The REST routes of tenants.</summary>
internal static class TenantEndpoints
{
    public const string Path = "/api/v1/tenants";

    /// <summary>Maps the routes. Which tenants an administrator reaches is decided by its own.</summary>
    public static RouteGroupBuilder MapTenantApi(this IEndpointRouteBuilder endpoints)
    {
        var group = endpoints.MapApi(Path);
        group.RequireAuthorization(McpRegistryPolicies.Admin);
        group.MapPost("", Answer(static (api, context) => api.CreateAsync(context)));
        group.MapGet("", Answer(static (api, context) => api.ListAsync(context)));
        group.MapGet("/{id}", Answer(static (api, context) => api.GetAsync(context)));
        group.MapPut("/{id}", Answer(static (api, context) => api.ReplaceAsync(context)));
        group.MapDelete("/{id}", Answer(static (api, context) => api.DeleteAsync(context)));
        group.MapPost("/{id}/suspend", Answer(static (api, context) => api.SuspendAsync(context)));
        group.MapPost("/{id}/resume", Answer(static (api, context) => api.ResumeAsync(context)));
        return group;
    }

    private static RequestDelegate Answer(Func<TenantApi, HttpContext, Task> answer) => ApiRoutes.Answer(answer);
}
