using System.Collections.Immutable;

namespace McpRegistry.AccessControl;

/// <summary>What came of a change to an access rule.</summary>
/// <param name="Outcome">How it ended.</param>
/// <param name="Rule">The rule as it is stored now, or as it was before its deletion; null unless it succeeded.</param>
/// <param name="Faults">All that is wrong with the definition; empty unless it is invalid.</param>
public sealed record AccessRuleWriteResult(AccessRuleWriteOutcome Outcome, AccessRule? Rule, ImmutableArray<ValidationFault> Faults)
{
    /// <summary>Makes the result of a change that took place.</summary>
    /// <param name="rule">The rule as it is stored, or as it was before its deletion.</param>
    /// <returns>The result.</returns>
    public static AccessRuleWriteResult Success(AccessRule rule) => new(AccessRuleWriteOutcome.Success, rule, []);

    /// <summary>Makes the result of a definition with faults.</summary>
    /// <param name="faults">All of them.</param>
    /// <returns>The result.</returns>
    public static AccessRuleWriteResult Invalid(ImmutableArray<ValidationFault> faults) => new(AccessRuleWriteOutcome.Invalid, null, faults);

    /// <summary>Makes the result of a change to a rule that is not there.</summary>
    /// <returns>The result.</returns>
    public static AccessRuleWriteResult NotFound() => new(AccessRuleWriteOutcome.NotFound, null, []);

    /// <summary>Makes the result of a change that came too late.</summary>
    /// <returns>The result.</returns>
    public static AccessRuleWriteResult Stale() => new(AccessRuleWriteOutcome.Stale, null, []);
}
