using System.Text.Json;
using McpRegistry.AspNetCore.Http;
using McpRegistry.Routing;
using McpRegistry.Routing.Explaining;
using McpRegistry.Tenancy;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace McpRegistry.AspNetCore.Routing;

/// <summary>Answers what a set of rules would have done with the requests that were made. Nothing is changed by it.</summary>
internal sealed class DryRunApi(RouteDryRun dryRun, RoutingRules rules, RoutePolicies policies, IOptions<RoutingOptions> options, TimeProvider time)
{
    public Task RunAsync(HttpContext context) => JsonBody.UseAsync(context, body => RunAsync(context, body));

    private async Task RunAsync(HttpContext context, JsonElement body)
    {
        var faults = new List<ValidationFault>();
        var request = DryRunReader.Read(body, options.Value.MaxRules, faults);
        var tenant = context.GetCaller().Tenant;
        var tried = Compose(tenant, request, faults);
        if (faults.Count > 0)
        {
            await Problem.Invalid([.. faults]).WriteAsync(context);
            return;
        }

        var report = await dryRun.RunAsync(tenant, tried, request.Requests, context.RequestAborted);
        await context.WriteApiAsync(DryRunView.Of(report), RoutingJsonContext.Readable.DryRunView);
    }

    /// <summary>Puts the rules in the order in which calls would meet them. What is tried is the tenant's own; the global ones stay as they are.</summary>
    private List<CompiledRoute> Compose(TenantId tenant, DryRunRequest request, List<ValidationFault> faults)
    {
        var table = rules.Current;
        var stored = (tenant.IsGlobal ? table.Global : table.Of(tenant)).Rules.ToDictionary(static route => route.Rule.Id);
        var own = request.IsOverStored ? stored.Values.Where(route => !request.Removed.Contains(route.Rule.Id)).ToDictionary(static route => route.Rule.Id) : [];
        for (var i = 0; i < request.Rules.Count; i++)
        {
            var (id, definition) = request.Rules[i];
            var rule = RoutingRuleValidator.Create(tenant, definition, time.GetUtcNow());
            if (id is { } known)
            {
                rule = rule with { Id = known, CreatedAt = stored.TryGetValue(known, out var before) ? before.Rule.CreatedAt : rule.CreatedAt };
            }

            var path = $"rules[{i}].";
            faults.AddRange(RoutingRuleValidator.Validate(rule, policies, out var route).Select(fault => fault with { Path = path + fault.Path }));
            own.Remove(rule.Id);
            if (rule.IsActive && route is not null)
            {
                own[rule.Id] = route;
            }
        }

        var ordered = RoutePlanBuilder.Build(own.Values).Rules;
        return [.. ordered, .. tenant.IsGlobal || !request.IsOverStored ? [] : table.Global.Rules];
    }
}
