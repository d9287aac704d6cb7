using McpRegistry.AspNetCore.ApiKeys;
using McpRegistry.AspNetCore.Http;
using McpRegistry.AspNetCore.Principals;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace McpRegistry.AspNetCore.Limits;

/// <summary>The REST routes of limits.</summary>
internal static class LimitEndpoints
{
    private const string Path = "/api/v1/limits";

    /// <summary>Every caller may see its own limits, whatever its scopes.</summary>
    private static readonly AuthorizationPolicy AnyCaller = new AuthorizationPolicyBuilder(McpRegistryDefaults.AuthenticationScheme)
        .RequireAuthenticatedUser()
        .RequireAssertion(static context => context.User.GetCaller() is not null)
        .Build();

    public static RouteGroupBuilder MapLimitApi(this IEndpointRouteBuilder endpoints)
    {
        var group = endpoints.MapApi(Path, isLimited: false);
        group.MapGet("", Answer(static (api, context) => api.GetAsync(context))).RequireAuthorization(McpRegistryPolicies.Admin);
        group.MapGet("/me", Answer(static (api, context) => api.GetOwnAsync(context))).RequireAuthorization(AnyCaller);
        group.MapPost("/reset", Answer(static (api, context) => api.ResetAsync(context))).RequireAuthorization(McpRegistryPolicies.Admin);
        return group;
    }

    private static RequestDelegate Answer(Func<LimitApi, HttpContext, Task> answer) => ApiRoutes.Answer(answer);
}
