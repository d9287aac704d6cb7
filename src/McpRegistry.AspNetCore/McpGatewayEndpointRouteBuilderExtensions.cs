using McpRegistry.AspNetCore;
using McpRegistry.AspNetCore.AccessControl;
using McpRegistry.AspNetCore.ApiKeys;
using McpRegistry.AspNetCore.Auditing;
using McpRegistry.AspNetCore.Gateway;
using McpRegistry.AspNetCore.Http;
using McpRegistry.AspNetCore.Limits;
using McpRegistry.AspNetCore.OAuth;
using McpRegistry.AspNetCore.Resilience;
using McpRegistry.AspNetCore.Routing;
using McpRegistry.AspNetCore.Servers;
using McpRegistry.AspNetCore.Tenancy;
using McpRegistry.Servers;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Maps the MCP endpoints and the registry's REST API.</summary>
public static class McpGatewayEndpointRouteBuilderExtensions
{
    /// <summary>
    /// Maps <c>/mcp</c> (all servers, names as <c>alias__name</c>), <c>/mcp/{alias}</c> (one server, names untouched), the REST API
    /// below <c>/api/v1</c>, and, where authorization servers are configured, their metadata below
    /// <c>/.well-known/oauth-protected-resource</c>. Every route but the last asks for an API key, or for a principal of a scheme
    /// that <c>AcceptPrincipals</c> named; conventions that are added to the result apply to all.
    /// </summary>
    /// <param name="endpoints">The application.</param>
    /// <returns>A builder for further conventions, such as <c>RequireRateLimiting</c>.</returns>
    /// <exception cref="InvalidOperationException"><c>AddMcpGateway()</c> was not called, or no store was chosen.</exception>
    public static IEndpointConventionBuilder MapMcpGateway(this IEndpointRouteBuilder endpoints)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        RequireServices(endpoints.ServiceProvider);

        var all = endpoints.MapGroup("");
        all.MapServerApi();
        all.MapTenantApi();
        all.MapResourceMetadata();
        all.MapLimitApi();
        all.MapApiKeyApi();
        all.MapAccessApi();
        all.MapAuditApi();
        all.MapRoutingApi();
        all.MapCircuitBreakerApi();
        var endpoint = endpoints.ServiceProvider.GetRequiredService<McpEndpoint>();
        foreach (var pattern in (string[])["/mcp", "/mcp/{alias}"])
        {
            var mcp = all.MapGroup(pattern).RequireAuthorization(McpRegistryPolicies.Proxy);
            mcp.AddEndpointFilter<RouteGroupBuilder, RequestOriginFilter>();
            mcp.AddEndpointFilter<RouteGroupBuilder, TenantFilter>();
            mcp.WithMetadata(ProtectedResource.Mcp);
            mcp.MapPost("", endpoint.PostAsync);
            mcp.MapGet("", endpoint.GetAsync);
            mcp.MapDelete("", endpoint.DeleteAsync);
        }

        return all;
    }

    private static void RequireServices(IServiceProvider services)
    {
        var known = services.GetRequiredService<IServiceProviderIsService>();
        if (!known.IsService(typeof(McpEndpoint)))
        {
            throw new InvalidOperationException("Call builder.Services.AddMcpGateway() before app.MapMcpGateway().");
        }

        if (!known.IsService(typeof(IServerStore)))
        {
            throw new InvalidOperationException(
                "Choose a store: AddMcpGateway().UseSqlite(...), .UsePostgreSql(...) or .UseInMemory().");
        }
    }
}
