using System.Text.Json;
using McpRegistry.ApiKeys;
using McpRegistry.AspNetCore.Http;
using McpRegistry.Protocol;
using McpRegistry.Routing.Explaining;
using McpRegistry.Tenancy;
using McpRegistry.Users;
using Microsoft.AspNetCore.Http;

namespace McpRegistry.AspNetCore.Routing;

/// <summary>Answers where a call would go and why, without one.</summary>
internal sealed class RouteExplainApi(RouteExplainer explainer, IApiKeyStore keys, IUserStore users, ITenantStore tenants, TimeProvider time)
{
    public Task ExplainAsync(HttpContext context) => JsonBody.UseAsync(context, body => ExplainAsync(context, body));

    private async Task ExplainAsync(HttpContext context, JsonElement body)
    {
        var faults = new List<ValidationFault>();
        var request = RouteExplainReader.Read(body, time.GetUtcNow(), faults);
        var caller = await FindAsync(context.GetCaller(), request, faults, context.RequestAborted);
        var method = McpMethods.Parse(System.Text.Encoding.UTF8.GetBytes(request.Method));
        if (method == McpMethod.Unknown && request.Method.Length > 0)
        {
            faults.Add(new ValidationFault("method", "unknown_value", "An MCP method is expected, for example tools/call."));
        }

        var call = faults.Count > 0
            ? null
            : ExplainedCall.Create(caller!, request.Alias, method, request.Name, request.Uri, request.Arguments, [.. request.Headers], request.Address);
        if (call is null && faults.Count == 0)
        {
            faults.Add(new ValidationFault("arguments", "malformed", "Arguments repeat no member and are nested as deep as a client's may be."));
        }

        if (call is null)
        {
            await Problem.Invalid([.. faults]).WriteAsync(context);
            return;
        }

        var explanation = explainer.Explain(call, request.At, request.Size);
        await context.WriteApiAsync(RouteExplanationView.Of(explanation, request, context.GetCaller().Tenant), RoutingJsonContext.Readable.RouteExplanationView);
    }

    private async Task<Caller?> FindAsync(Caller asker, RouteExplainRequest request, List<ValidationFault> faults, CancellationToken cancellationToken)
    {
        var tenant = request.TenantId is { } id ? new TenantId(id) : asker.Tenant;
        if (tenant != asker.Tenant && !(asker.Tenant.IsGlobal && await tenants.FindAsync(tenant, cancellationToken) is not null))
        {
            faults.Add(new ValidationFault("tenantId", "not_found", "There is no such tenant."));
            return null;
        }

        if (request.KeyId is { } key)
        {
            if (await keys.FindAsync(tenant, key, cancellationToken) is not { } stored)
            {
                faults.Add(new ValidationFault("keyId", "not_found", "There is no such key."));
                return null;
            }

            var owner = stored.Key.Owner is { } ownerId ? await users.FindAsync(tenant, ownerId, cancellationToken) : null;
            return Caller.Of(new ApiKeyGrant(stored.Key, owner?.Role));
        }

        if (request.UserId is { } user)
        {
            if (await users.FindAsync(tenant, user, cancellationToken) is not { } found)
            {
                faults.Add(new ValidationFault("userId", "not_found", "There is no such user."));
                return null;
            }

            return new Caller($"user:{found.Id}", tenant, ApiKeyScope.Read | ApiKeyScope.Proxy) { UserId = found.Id, Role = found.Role };
        }

        return request.IsTenant ? new Caller($"tenant:{tenant}", tenant, ApiKeyScope.Read | ApiKeyScope.Proxy) : asker;
    }
}
