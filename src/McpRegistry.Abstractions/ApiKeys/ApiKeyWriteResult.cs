using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace McpRegistry.ApiKeys;

/// <summary>The outcome of a change of a key.</summary>
public sealed class ApiKeyWriteResult
{
    private ApiKeyWriteResult(ApiKeyWriteOutcome outcome) => Outcome = outcome;

    /// <summary>Gets what happened.</summary>
    public ApiKeyWriteOutcome Outcome { get; }

    /// <summary>Gets a value that tells whether the change took place.</summary>
    [MemberNotNullWhen(true, nameof(Key))]
    public bool Succeeded => Outcome == ApiKeyWriteOutcome.Success;

    /// <summary>Gets the key as stored (after a deletion: as it was) when <see cref="Succeeded"/>; null otherwise.</summary>
    public StoredApiKey? Key { get; private init; }

    /// <summary>
    /// Gets the whole text of a key that was made just now; null otherwise. It is nowhere else and cannot be had again: show
    /// it to its user once, and write it into no log.
    /// </summary>
    public string? Secret { get; private init; }

    /// <summary>Gets every fault when the outcome is <see cref="ApiKeyWriteOutcome.Invalid"/>; else empty.</summary>
    public ImmutableArray<ValidationFault> Faults { get; private init; } = [];

    /// <summary>Gets the member whose value is taken, in camel case, when the outcome is a conflict.</summary>
    public string? ConflictField { get; private init; }

    /// <summary>Gets how many access rules are about the key when the outcome is <see cref="ApiKeyWriteOutcome.InUse"/>; else 0.</summary>
    public int Uses { get; private init; }

    /// <summary>Gets the ids of the first of those rules, at most 10; else empty.</summary>
    public ImmutableArray<Guid> UsedBy { get; private init; } = [];

    /// <summary>Gets the successor that the key has when the outcome is <see cref="ApiKeyWriteOutcome.HasSuccessor"/>; else null.</summary>
    public Guid? Successor { get; private init; }

    /// <summary>The change took place.</summary>
    /// <param name="key">The key as stored, or as it was before its deletion.</param>
    /// <param name="secret">The whole text of a new key.</param>
    /// <returns>The result.</returns>
    public static ApiKeyWriteResult Success(StoredApiKey key, string? secret = null) =>
        new(ApiKeyWriteOutcome.Success) { Key = key, Secret = secret };

    /// <summary>The request has faults.</summary>
    /// <param name="faults">All of them.</param>
    /// <returns>The result.</returns>
    public static ApiKeyWriteResult Invalid(ImmutableArray<ValidationFault> faults) => new(ApiKeyWriteOutcome.Invalid) { Faults = faults };

    /// <summary>Another key has this value already.</summary>
    /// <param name="field">The member, in camel case.</param>
    /// <returns>The result.</returns>
    public static ApiKeyWriteResult Conflict(string? field) => new(ApiKeyWriteOutcome.Conflict) { ConflictField = field };

    /// <summary>Access rules are about the key, and it was not deleted.</summary>
    /// <param name="uses">How many.</param>
    /// <param name="usedBy">The ids of the first of them.</param>
    /// <returns>The result.</returns>
    public static ApiKeyWriteResult InUse(int uses, ImmutableArray<Guid> usedBy) => new(ApiKeyWriteOutcome.InUse) { Uses = uses, UsedBy = usedBy };

    /// <summary>The key has been rotated already.</summary>
    /// <param name="successor">The key that replaced it.</param>
    /// <returns>The result.</returns>
    public static ApiKeyWriteResult HasSuccessor(Guid successor) => new(ApiKeyWriteOutcome.HasSuccessor) { Successor = successor };

    /// <summary>The change did not take place, for a reason that needs no more words.</summary>
    /// <param name="outcome">Not found, stale, revoked or limit reached.</param>
    /// <returns>The result.</returns>
    public static ApiKeyWriteResult Refused(ApiKeyWriteOutcome outcome) => new(outcome);
}
