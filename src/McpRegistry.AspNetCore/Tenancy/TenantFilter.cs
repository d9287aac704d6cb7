using McpRegistry.AspNetCore.ApiKeys;
using McpRegistry.AspNetCore.Http;
using McpRegistry.Tenancy;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace McpRegistry.AspNetCore.Tenancy;

/// <summary>
/// Keeps tenants that are not active out, also where a host has put a policy of its own before the endpoints, and cuts off
/// what is open when a tenant is shut out.
/// </summary>
internal sealed class TenantFilter(TenantDirectory directory, ILogger<TenantFilter> logger) : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        if (http.User.GetCaller() is not { Tenant: { IsGlobal: false } tenant } caller)
        {
            return await next(context);
        }

        var status = directory.GetStatus(tenant);
        if (status is null && caller.Key?.Tenant == tenant)
        {
            // Another replica has added it a moment ago: the validator of keys reads tenants of the store.
            return await next(context);
        }

        if (TenantProblems.OfStatus(status) is { } problem)
        {
            logger.RequestRefused(problem.Code);
            await problem.WriteAsync(http);
            return Results.Empty;
        }

        // The token of a tenant that was shut out since is cancelled, and cuts off at once.
        using var ending = directory.GetEnding(tenant).UnsafeRegister(static http => ((HttpContext)http!).Abort(), http);
        return await next(context);
    }
}
