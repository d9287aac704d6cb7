using System.Collections.Immutable;

namespace McpRegistry.AspNetCore.AccessControl;

internal sealed record SubjectView(string Kind, Guid Id);

internal sealed record AccessRuleView(
    Guid Id,
    Guid ServerId,
    SubjectView Subject,
    ImmutableArray<string> Permissions,
    ImmutableArray<string> AllowedMethods,
    ImmutableArray<string> DeniedMethods,
    ImmutableArray<int> AllowedDays,
    ImmutableArray<int> AllowedHours,
    string? TimeZone,
    DateTimeOffset? StartsAt,
    DateTimeOffset? EndsAt,
    bool Enabled,
    long AccessCount,
    DateTimeOffset? LastAccess,
    long Version,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt);

internal sealed record AccessRuleListView(ImmutableArray<AccessRuleView> Items, string? NextCursor);

internal sealed record ConsideredRuleView(Guid Id, SubjectView Subject, string State, ImmutableArray<string> Permissions, bool AllowsMethod, bool DeniesMethod, bool OfOwner);

internal sealed record KeyBoundsView(ImmutableArray<Guid> AllowedServers, ImmutableArray<string> AllowedMethods);

internal sealed record ExplainedServerView(Guid Id, string Alias, string Visibility, bool Enabled);

internal sealed record ExplanationView(
    bool Allowed,
    string Reason,
    Guid? DecidingRule,
    bool Exists,
    bool? HasScope,
    string CallerState,
    string? TenantStatus,
    ExplainedServerView Server,
    string Method,
    string? Tool,
    bool? ToolKnown,
    DateTimeOffset At,
    KeyBoundsView? Key,
    ImmutableArray<ConsideredRuleView> Rules);
