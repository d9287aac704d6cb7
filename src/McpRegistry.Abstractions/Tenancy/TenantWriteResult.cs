using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace McpRegistry.Tenancy;

/// <summary>The outcome of a change of a tenant.</summary>
public sealed class TenantWriteResult
{
    private TenantWriteResult(TenantWriteOutcome outcome) => Outcome = outcome;

    /// <summary>Gets what happened.</summary>
    public TenantWriteOutcome Outcome { get; }

    /// <summary>Gets a value that tells whether the change took place.</summary>
    [MemberNotNullWhen(true, nameof(Tenant))]
    public bool Succeeded => Outcome == TenantWriteOutcome.Success;

    /// <summary>Gets the tenant as stored (after a deletion: as it was) when <see cref="Succeeded"/>; else null.</summary>
    public Tenant? Tenant { get; private init; }

    /// <summary>
    /// Gets every fault of the definition when the outcome is <see cref="TenantWriteOutcome.Invalid"/>, and what is in the way
    /// when it is <see cref="TenantWriteOutcome.InUse"/>; else empty.
    /// </summary>
    public ImmutableArray<ValidationFault> Faults { get; private init; } = [];

    /// <summary>Gets the member whose value is taken, in camel case, when the outcome is a conflict.</summary>
    public string? ConflictField { get; private init; }

    /// <summary>The change took place.</summary>
    /// <param name="tenant">The tenant as stored, or as it was before its deletion.</param>
    /// <returns>The result.</returns>
    public static TenantWriteResult Success(Tenant tenant) => new(TenantWriteOutcome.Success) { Tenant = tenant };

    /// <summary>The definition has faults.</summary>
    /// <param name="faults">All of them.</param>
    /// <returns>The result.</returns>
    public static TenantWriteResult Invalid(ImmutableArray<ValidationFault> faults) => new(TenantWriteOutcome.Invalid) { Faults = faults };

    /// <summary>There is no such tenant.</summary>
    /// <returns>The result.</returns>
    public static TenantWriteResult NotFound() => new(TenantWriteOutcome.NotFound);

    /// <summary>Another tenant has this value already.</summary>
    /// <param name="field">The member, in camel case.</param>
    /// <returns>The result.</returns>
    public static TenantWriteResult Conflict(string? field) => new(TenantWriteOutcome.Conflict) { ConflictField = field };

    /// <summary>The tenant changed since the caller read it.</summary>
    /// <returns>The result.</returns>
    public static TenantWriteResult Stale() => new(TenantWriteOutcome.Stale);

    /// <summary>The tenant still has something.</summary>
    /// <param name="what">What it has, by kind.</param>
    /// <returns>The result.</returns>
    public static TenantWriteResult InUse(ImmutableArray<ValidationFault> what) => new(TenantWriteOutcome.InUse) { Faults = what };
}
