using McpRegistry.AspNetCore.ApiKeys;
using McpRegistry.AspNetCore.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace McpRegistry.AspNetCore.AccessControl;

/// <summary>The REST routes of access rules and of the explanation of decisions.</summary>
internal static class AccessEndpoints
{
    public const string Path = "/api/v1/access-rules";

    /// <summary>
    /// Maps the routes. The policies let in who may have a say at all; the handlers ask for the scope admin, or for the permission
    /// admin on the server that a rule is about.
    /// </summary>
    public static void MapAccessApi(this IEndpointRouteBuilder endpoints)
    {
        var rules = endpoints.MapApi(Path);
        rules.MapPost("", ApiRoutes.Answer<AccessRuleApi>(static (api, context) => api.CreateAsync(context))).RequireAuthorization(McpRegistryPolicies.Write);
        rules.MapGet("", ApiRoutes.Answer<AccessRuleApi>(static (api, context) => api.ListAsync(context))).RequireAuthorization(McpRegistryPolicies.Read);
        rules.MapGet("/{id}", ApiRoutes.Answer<AccessRuleApi>(static (api, context) => api.GetAsync(context))).RequireAuthorization(McpRegistryPolicies.Read);
        rules.MapPut("/{id}", ApiRoutes.Answer<AccessRuleApi>(static (api, context) => api.ReplaceAsync(context))).RequireAuthorization(McpRegistryPolicies.Write);
        rules.MapDelete("/{id}", ApiRoutes.Answer<AccessRuleApi>(static (api, context) => api.DeleteAsync(context))).RequireAuthorization(McpRegistryPolicies.Write);
        var access = endpoints.MapApi("/api/v1/access");
        access.MapPost("/explain", ApiRoutes.Answer<ExplainApi>(static (api, context) => api.ExplainAsync(context))).RequireAuthorization(McpRegistryPolicies.Admin);
    }
}
