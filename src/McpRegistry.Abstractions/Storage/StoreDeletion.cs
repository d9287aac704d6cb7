using System.Collections.Immutable;

namespace McpRegistry.Storage;

/// <summary>The outcome of the deletion of a row.</summary>
public readonly record struct StoreDeletion
{
    /// <summary>The most ids in <see cref="UsedBy"/>.</summary>
    public const int MaxNamed = 10;

    private readonly ImmutableArray<Guid> _usedBy;

    private StoreDeletion(StoreOutcome outcome, int uses, ImmutableArray<Guid> usedBy)
    {
        Outcome = outcome;
        Uses = uses;
        _usedBy = usedBy;
    }

    /// <summary>Gets what happened.</summary>
    public StoreOutcome Outcome { get; }

    /// <summary>Gets a value that tells whether the row is deleted.</summary>
    public bool Succeeded => Outcome == StoreOutcome.Success;

    /// <summary>Gets how many rows name this one when the outcome is <see cref="StoreOutcome.InUse"/>; else 0.</summary>
    public int Uses { get; }

    /// <summary>Gets the ids of the first of those rows, in the order of ids, at most <see cref="MaxNamed"/>; else empty.</summary>
    public ImmutableArray<Guid> UsedBy => _usedBy.IsDefault ? [] : _usedBy;

    /// <summary>The row is deleted.</summary>
    /// <returns>The result.</returns>
    public static StoreDeletion Success() => new(StoreOutcome.Success, 0, []);

    /// <summary>The tenant has no such row.</summary>
    /// <returns>The result.</returns>
    public static StoreDeletion NotFound() => new(StoreOutcome.NotFound, 0, []);

    /// <summary>The row has another version than the one that was expected, and nothing was deleted.</summary>
    /// <returns>The result.</returns>
    public static StoreDeletion Stale() => new(StoreOutcome.Stale, 0, []);

    /// <summary>Other rows name this one, and nothing was deleted.</summary>
    /// <param name="uses">How many, at least 1.</param>
    /// <param name="usedBy">The ids of the first of them.</param>
    /// <returns>The result.</returns>
    public static StoreDeletion InUse(int uses, ImmutableArray<Guid> usedBy) => new(StoreOutcome.InUse, uses, usedBy);
}
