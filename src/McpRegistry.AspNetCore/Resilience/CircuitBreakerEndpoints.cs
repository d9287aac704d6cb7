using McpRegistry.AspNetCore.ApiKeys;
using McpRegistry.AspNetCore.Http;
using McpRegistry.Resilience;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace McpRegistry.AspNetCore.Resilience;

/// <summary>The REST routes of circuit breakers.</summary>
internal static class CircuitBreakerEndpoints
{
    public const string Path = "/api/v1/circuit-breakers";

    /// <summary>Maps the routes, for administrators.</summary>
    public static void MapCircuitBreakerApi(this IEndpointRouteBuilder endpoints)
    {
        var breakers = endpoints.MapApi(Path).RequireAuthorization(McpRegistryPolicies.Admin);
        breakers.MapGet("", ApiRoutes.Answer<CircuitBreakerApi>(static (api, context) => api.ListAsync(context)));
        breakers.MapGet("/{id}", ApiRoutes.Answer<CircuitBreakerApi>(static (api, context) => api.GetAsync(context)));
        foreach (var action in Enum.GetValues<CircuitAction>())
        {
            breakers.MapPost($"/{{id}}/{WireNames<CircuitAction>.Of(action)}", ApiRoutes.Answer<CircuitBreakerApi>((api, context) => api.ActAsync(context, action)));
        }
    }
}
