using System.Diagnostics.CodeAnalysis;

namespace McpRegistry.ApiKeys;

/// <summary>The outcome of a rotation in the store.</summary>
public sealed class ApiKeyRotationResult
{
    private ApiKeyRotationResult(ApiKeyRotationOutcome outcome) => Outcome = outcome;

    /// <summary>Gets what happened.</summary>
    public ApiKeyRotationOutcome Outcome { get; }

    /// <summary>Gets a value that tells whether the rotation took place.</summary>
    [MemberNotNullWhen(true, nameof(Successor))]
    public bool Succeeded => Outcome == ApiKeyRotationOutcome.Success;

    /// <summary>Gets the new key as stored when <see cref="Succeeded"/>; null otherwise.</summary>
    public ApiKey? Successor { get; private init; }

    /// <summary>Gets the member whose value is taken, in camel case, when the outcome is a conflict.</summary>
    public string? ConflictField { get; private init; }

    /// <summary>Gets the successor that the old key has already when the outcome is <see cref="ApiKeyRotationOutcome.HasSuccessor"/>.</summary>
    public Guid? ExistingSuccessor { get; private init; }

    /// <summary>The rotation took place.</summary>
    /// <param name="successor">The new key as stored.</param>
    /// <returns>The result.</returns>
    public static ApiKeyRotationResult Success(ApiKey successor) => new(ApiKeyRotationOutcome.Success) { Successor = successor };

    /// <summary>A unique value is taken.</summary>
    /// <param name="field">The member, in camel case.</param>
    /// <returns>The result.</returns>
    public static ApiKeyRotationResult Conflict(string? field) => new(ApiKeyRotationOutcome.Conflict) { ConflictField = field };

    /// <summary>The old key has a successor that lives.</summary>
    /// <param name="successor">That key.</param>
    /// <returns>The result.</returns>
    public static ApiKeyRotationResult HasSuccessor(Guid successor) => new(ApiKeyRotationOutcome.HasSuccessor) { ExistingSuccessor = successor };

    /// <summary>The rotation did not take place, for a reason that needs no more words.</summary>
    /// <param name="outcome">Not found, stale or limit reached.</param>
    /// <returns>The result.</returns>
    public static ApiKeyRotationResult Refused(ApiKeyRotationOutcome outcome) => new(outcome);
}
