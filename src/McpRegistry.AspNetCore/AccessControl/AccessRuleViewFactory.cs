using McpRegistry.AccessControl;
using McpRegistry.ApiKeys;
using McpRegistry.AspNetCore.Http;
using McpRegistry.Servers;
using McpRegistry.Tenancy;

namespace McpRegistry.AspNetCore.AccessControl;

/// <summary>Turns rules and explanations into answers.</summary>
internal static class AccessRuleViewFactory
{
    public static AccessRuleView Create(AccessRule rule) => new(
        rule.Id,
        rule.ServerId,
        Create(rule.Subject),
        PermissionNames.Of(rule.Permissions),
        rule.AllowedMethods,
        rule.DeniedMethods,
        rule.AllowedDays,
        rule.AllowedHours,
        rule.TimeZone,
        rule.StartsAt,
        rule.EndsAt,
        rule.IsActive,
        rule.AccessCount,
        rule.LastAccess,
        rule.Version,
        rule.CreatedAt,
        rule.UpdatedAt);

    /// <summary>Shows an explanation. Of rules of another tenant only that there are some is shown, by the decision itself.</summary>
    public static ExplanationView Create(AccessExplanation explanation, ExplainRequest request, Caller caller, RegisteredServer server, bool? isToolKnown, TenantId asker) => new(
        explanation.IsAllowed,
        WireNames<AccessReason>.Of(explanation.Decision.Reason),
        explanation.Decision.Rule?.Rule is { } rule && rule.Tenant == asker ? rule.Id : null,
        explanation.Exists,
        explanation.HasScope,
        WireNames<CallerState>.Of(explanation.State),
        explanation.TenantStatus is { } status ? WireNames<TenantStatus>.Of(status) : null,
        new ExplainedServerView(server.Id, server.Alias, WireNames<ServerVisibility>.Of(server.Visibility), server.Enabled),
        request.Method,
        request.Tool,
        isToolKnown,
        request.At,
        caller.Key is { } key ? new KeyBoundsView(key.AllowedServers, key.AllowedMethods) : null,
        [.. explanation.Rules.Where(considered => considered.Rule.Tenant == asker).Select(considered => Create(considered, server))]);

    private static ConsideredRuleView Create(ConsideredRule considered, RegisteredServer server) => new(
        considered.Rule.Id,
        Create(considered.Rule.Subject),
        WireNames<AccessRuleState>.Of(considered.State),
        PermissionNames.Of(considered.Rule.Permissions),
        considered.AllowsMethod,
        considered.DeniesMethod,
        considered.Rule.Tenant == server.Tenant);

    private static SubjectView Create(AccessSubject subject) => new(WireNames<AccessSubjectKind>.Of(subject.Kind), subject.Id);
}
