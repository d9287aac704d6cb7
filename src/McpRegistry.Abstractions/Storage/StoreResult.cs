using System.Diagnostics.CodeAnalysis;

namespace McpRegistry.Storage;

/// <summary>The outcome of a write that can fail for reasons a caller can mend.</summary>
/// <typeparam name="T">What a successful write returns.</typeparam>
public readonly record struct StoreResult<T>
{
    private StoreResult(StoreOutcome outcome, T? value, string? field)
    {
        Outcome = outcome;
        Value = value;
        ConflictField = field;
    }

    /// <summary>Gets what happened.</summary>
    public StoreOutcome Outcome { get; }

    /// <summary>Gets the written value when <see cref="Succeeded"/>.</summary>
    public T? Value { get; }

    /// <summary>
    /// Gets the member whose value is taken (for example <c>alias</c>) or names a row that does not exist (for example
    /// <c>serverId</c>) when the outcome is a conflict.
    /// </summary>
    public string? ConflictField { get; }

    /// <summary>Gets a value that tells whether the write took place.</summary>
    [MemberNotNullWhen(true, nameof(Value))]
    public bool Succeeded => Outcome == StoreOutcome.Success;

    /// <summary>The write took place.</summary>
    /// <param name="value">What was written.</param>
    /// <returns>The result.</returns>
    public static StoreResult<T> Success(T value) => new(StoreOutcome.Success, value, null);

    /// <summary>The tenant has no such row.</summary>
    /// <returns>The result.</returns>
    public static StoreResult<T> NotFound() => new(StoreOutcome.NotFound, default, null);

    /// <summary>Another row has this value already, or no row has the id that it is.</summary>
    /// <param name="field">The member whose value is taken or names nothing, in camel case.</param>
    /// <returns>The result.</returns>
    public static StoreResult<T> Conflict(string field) => new(StoreOutcome.Conflict, default, field);

    /// <summary>The row changed since it was read.</summary>
    /// <returns>The result.</returns>
    public static StoreResult<T> Stale() => new(StoreOutcome.Stale, default, null);
}
