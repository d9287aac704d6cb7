using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace McpRegistry.Routing;

/// <summary>The outcome of a change of a routing rule.</summary>
public sealed class RoutingRuleWriteResult
{
    private RoutingRuleWriteResult(RoutingRuleWriteOutcome outcome) => Outcome = outcome;

    /// <summary>Gets what happened.</summary>
    public RoutingRuleWriteOutcome Outcome { get; }

    /// <summary>Gets a value that tells whether the change took place.</summary>
    [MemberNotNullWhen(true, nameof(Rule))]
    public bool Succeeded => Outcome == RoutingRuleWriteOutcome.Success;

    /// <summary>Gets the rule as stored (after a deletion: as it was) when <see cref="Succeeded"/>; null otherwise.</summary>
    public RoutingRule? Rule { get; private init; }

    /// <summary>Gets every fault when the outcome is <see cref="RoutingRuleWriteOutcome.Invalid"/>; else empty.</summary>
    public ImmutableArray<ValidationFault> Faults { get; private init; } = [];

    /// <summary>Gets the member whose value is taken, in camel case, when the outcome is a conflict; null otherwise.</summary>
    public string? ConflictField { get; private init; }

    /// <summary>The change took place.</summary>
    /// <param name="rule">The rule as stored, or as it was before its deletion.</param>
    /// <returns>The result.</returns>
    public static RoutingRuleWriteResult Success(RoutingRule rule) => new(RoutingRuleWriteOutcome.Success) { Rule = rule };

    /// <summary>The definition has faults.</summary>
    /// <param name="faults">All of them.</param>
    /// <returns>The result.</returns>
    public static RoutingRuleWriteResult Invalid(ImmutableArray<ValidationFault> faults) => new(RoutingRuleWriteOutcome.Invalid) { Faults = faults };

    /// <summary>Another rule has this value already.</summary>
    /// <param name="field">The member, in camel case; null when that is not known.</param>
    /// <returns>The result.</returns>
    public static RoutingRuleWriteResult Conflict(string? field) => new(RoutingRuleWriteOutcome.Conflict) { ConflictField = field };

    /// <summary>There is no such rule.</summary>
    /// <returns>The result.</returns>
    public static RoutingRuleWriteResult NotFound() => new(RoutingRuleWriteOutcome.NotFound);

    /// <summary>The rule changed since the caller read it.</summary>
    /// <returns>The result.</returns>
    public static RoutingRuleWriteResult Stale() => new(RoutingRuleWriteOutcome.Stale);

    /// <summary>The tenant has as many rules as it may have, active or not.</summary>
    /// <returns>The result.</returns>
    public static RoutingRuleWriteResult LimitReached() => new(RoutingRuleWriteOutcome.LimitReached);
}
