using McpRegistry.AspNetCore.ApiKeys;
using McpRegistry.AspNetCore.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace McpRegistry.AspNetCore.Routing;

/// <summary>The REST routes of routing rules, and of what they say about calls.</summary>
internal static class RoutingEndpoints
{
    public const string Path = "/api/v1/routing-rules";

    /// <summary>Maps the routes, for administrators. Those of the global tenant decide about the rules for everybody.</summary>
    public static void MapRoutingApi(this IEndpointRouteBuilder endpoints)
    {
        var rules = endpoints.MapApi(Path).RequireAuthorization(McpRegistryPolicies.Admin);
        rules.MapPost("", ApiRoutes.Answer<RoutingRuleApi>(static (api, context) => api.CreateAsync(context)));
        rules.MapGet("", ApiRoutes.Answer<RoutingRuleApi>(static (api, context) => api.ListAsync(context)));
        rules.MapPost("/dry-run", ApiRoutes.Answer<DryRunApi>(static (api, context) => api.RunAsync(context)));
        rules.MapGet("/{id}", ApiRoutes.Answer<RoutingRuleApi>(static (api, context) => api.GetAsync(context)));
        rules.MapPut("/{id}", ApiRoutes.Answer<RoutingRuleApi>(static (api, context) => api.ReplaceAsync(context)));
        rules.MapDelete("/{id}", ApiRoutes.Answer<RoutingRuleApi>(static (api, context) => api.DeleteAsync(context)));
        var router = endpoints.MapApi("/api/v1/router");
        router.MapPost("/explain", ApiRoutes.Answer<RouteExplainApi>(static (api, context) => api.ExplainAsync(context))).RequireAuthorization(McpRegistryPolicies.Admin);
        router.MapGet("/requests", ApiRoutes.Answer<ActiveRequestApi>(static (api, context) => api.ListAsync(context))).RequireAuthorization(McpRegistryPolicies.Admin);
        router.MapDelete("/requests/{id}", ApiRoutes.Answer<ActiveRequestApi>(static (api, context) => api.CancelAsync(context))).RequireAuthorization(McpRegistryPolicies.Admin);
        router.MapGet("/metrics", ApiRoutes.Answer<RouterMetricsApi>(static (api, context) => api.GetAsync(context))).RequireAuthorization(McpRegistryPolicies.Metrics);
    }
}
