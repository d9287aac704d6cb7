using System.Collections.Immutable;
using McpRegistry.AspNetCore.Http;
using McpRegistry.Balancing;
using McpRegistry.Routing;
using McpRegistry.Routing.Explaining;
using McpRegistry.Tenancy;

namespace McpRegistry.AspNetCore.Routing;

internal sealed record RouteExplanationView(
    string Method,
    string? Server,
    string? Item,
    bool IsRouted,
    string? Error,
    RouteChoiceView? Choice,
    ImmutableArray<ExplainedRuleView> Rules)
{
    public static RouteExplanationView Of(RouteExplanation explanation, RouteExplainRequest request, TenantId asker) => new(
        request.Method,
        explanation.Owner?.Server.Alias,
        explanation.Item,
        explanation.IsRouted,
        explanation.Error?.Reason,
        explanation.Owner is not null && (explanation.Error is null || explanation.Spread is not null) ? RouteChoiceView.Of(explanation, asker) : null,
        [.. explanation.Rules.Select(rule => ExplainedRuleView.Of(rule, asker))]);
}

internal sealed record RouteChoiceView(
    string Server, Guid? Endpoint, string By, Guid? RuleId, string? RuleName, bool? IsCanary, string? ServerPolicy, string? Policy, ImmutableArray<ExplainedEndpointView> Endpoints,
    ExplainedMirrorView? Mirror)
{
    public static RouteChoiceView Of(RouteExplanation explanation, TenantId asker)
    {
        var choice = explanation.Choice;
        var server = (choice.Server ?? explanation.Owner)!.Server;

        // How much all tenants call a server of somebody else is for its administrators.
        var isShown = asker.IsGlobal || server.Tenant == asker;
        return new RouteChoiceView(
            server.Alias,
            explanation.Error is null ? explanation.Spread?.Chosen ?? choice.Endpoint : null,
            choice.Rule is null ? "default" : "rule",
            choice.Rule?.Rule.Id,
            choice.Rule?.Rule.Name,
            choice.Rule?.Targets.Canary is null ? null : choice.IsCanary,
            choice.Policy is { } policy ? RoutePolicies.NameOf(policy) : null,
            explanation.Spread?.Policy,
            [.. (explanation.Spread?.Endpoints ?? []).Select(endpoint => ExplainedEndpointView.Of(endpoint, isShown))],
            choice.Copier is { Targets.Mirror: { } mirror } copier
                ? new ExplainedMirrorView(mirror.Server.Alias, mirror.Server.Endpoint, Math.Round(mirror.Share * 100, 3), copier.Rule.Id, copier.Rule.Name)
                : null);
    }
}

internal sealed record ExplainedMirrorView(string Server, Guid? Endpoint, double Percent, Guid RuleId, string RuleName);

internal sealed record ExplainedEndpointView(Guid Id, string? Zone, int Weight, string State, int? InFlight, double Share, long? RefusingForMs)
{
    public static ExplainedEndpointView Of(ExplainedEndpoint endpoint, bool isShown) => new(
        endpoint.Load.Endpoint.Id,
        endpoint.Load.Definition.Zone,
        endpoint.Load.Definition.Weight,
        WireNames<EndpointState>.Of(endpoint.State),
        isShown ? endpoint.Load.InFlight : null,
        Math.Round(endpoint.Load.Warmth, 3),
        (long?)endpoint.Load.HeldBackFor?.TotalMilliseconds);
}

internal sealed record ExplainedRuleView(
    Guid Id, string? Name, bool IsGlobal, int Priority, string State, string? Condition, bool? IsCanary, ImmutableArray<ExplainedTargetView> Targets)
{
    public static ExplainedRuleView Of(ExplainedRule rule, TenantId asker)
    {
        // What a global rule that does not hold is about may be the affair of another tenant.
        var isShown = asker.IsGlobal || rule.Rule.Tenant == asker || rule.State is not (RuleState.Conditions or RuleState.NotReached);
        return new ExplainedRuleView(
            rule.Rule.Id,
            isShown ? rule.Rule.Name : null,
            rule.Rule.Tenant.IsGlobal,
            rule.Rule.Priority,
            WireNames<RuleState>.Of(rule.State),
            isShown ? rule.Condition : null,
            rule.IsCanary,
            [.. rule.Targets.Select(static target => new ExplainedTargetView(
                target.Part, target.Server.Alias, target.Server.Endpoint, target.Server.Weight, target.Server.IsPreferred, WireNames<TargetState>.Of(target.State)))]);
    }
}

internal sealed record ExplainedTargetView(string Part, string Server, Guid? Endpoint, int Weight, bool IsPreferred, string State);
