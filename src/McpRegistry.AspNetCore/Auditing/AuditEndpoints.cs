using McpRegistry.AspNetCore.ApiKeys;
using McpRegistry.AspNetCore.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace McpRegistry.AspNetCore.Auditing;

/// <summary>The REST routes of the audit trail, for administrators of a tenant.</summary>
internal static class AuditEndpoints
{
    public const string Path = "/api/v1/audit";

    public static RouteGroupBuilder MapAuditApi(this IEndpointRouteBuilder endpoints)
    {
        var group = endpoints.MapApi(Path);
        group.RequireAuthorization(McpRegistryPolicies.Admin);
        group.MapGet("", Answer(static (api, context) => api.SearchAsync(context)));
        group.MapGet("/export", Answer(static (api, context) => api.ExportAsync(context)));
        group.MapPost("/verify", Answer(static (api, context) => api.VerifyAsync(context)));
        return group;
    }

    private static RequestDelegate Answer(Func<AuditApi, HttpContext, Task> answer) => ApiRoutes.Answer(answer);
}
