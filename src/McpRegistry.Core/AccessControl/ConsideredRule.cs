namespace McpRegistry.AccessControl;

/// <summary>How one rule stands to a call.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="State">Whether it says something to the caller at that time.</param>
/// <param name="AllowsMethod">Whether the method is among those that it grants.</param>
/// <param name="DeniesMethod">Whether it denies the method.</param>
internal sealed record ConsideredRule(AccessRule Rule, AccessRuleState State, bool AllowsMethod, bool DeniesMethod);
