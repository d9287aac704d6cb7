namespace McpRegistry.AccessControl;

/// <summary>How often a rule let calls through since the last recording.</summary>
/// <param name="RuleId">The rule.</param>
/// <param name="Count">The number of calls, at least 1.</param>
/// <param name="LastAccess">When the last of them came, UTC.</param>
public readonly record struct AccessRuleUse(Guid RuleId, long Count, DateTimeOffset LastAccess);
