using McpRegistry.AspNetCore.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace McpRegistry.AspNetCore.ApiKeys;

/// <summary>The REST routes of keys, for administrators only.</summary>
internal static class ApiKeyEndpoints
{
    public const string Path = "/api/v1/keys";

    public static RouteGroupBuilder MapApiKeyApi(this IEndpointRouteBuilder endpoints)
    {
        var group = endpoints.MapApi(Path);
        group.RequireAuthorization(McpRegistryPolicies.Admin);
        group.MapPost("", Answer(static (api, context) => api.CreateAsync(context)));
        group.MapGet("", Answer(static (api, context) => api.ListAsync(context)));
        group.MapGet("/export", Answer(static (api, context) => api.ExportAsync(context)));
        group.MapGet("/{id}", Answer(static (api, context) => api.GetAsync(context)));
        group.MapPut("/{id}", Answer(static (api, context) => api.ReplaceAsync(context)));
        group.MapDelete("/{id}", Answer(static (api, context) => api.DeleteAsync(context)));
        group.MapPost("/{id}/revoke", Answer(static (api, context) => api.RevokeAsync(context)));
        group.MapPost("/{id}/rotate", Answer(static (api, context) => api.RotateAsync(context)));
        group.MapPost("/{id}/unlock", Answer(static (api, context) => api.UnlockAsync(context)));
        return group;
    }

    private static RequestDelegate Answer(Func<ApiKeyApi, HttpContext, Task> answer) => ApiRoutes.Answer(answer);
}
