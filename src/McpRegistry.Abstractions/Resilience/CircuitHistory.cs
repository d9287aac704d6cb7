using System.Collections.Immutable;

namespace McpRegistry.Resilience;

/// <summary>
/// The last changes of a circuit breaker's state, of all replicas. Immutable, and equal when all members are. However replicas and the store
/// merge what they know, and in whichever order, they come to the same.
/// </summary>
public sealed record CircuitHistory
{
    /// <summary>How many changes are kept.</summary>
    public const int MaxTransitions = 20;

    private CircuitHistory(DateTimeOffset? since, ImmutableArray<CircuitTransition> transitions)
    {
        Since = since;
        Transitions = transitions;
    }

    /// <summary>Gets the history of a breaker that has never changed.</summary>
    public static CircuitHistory Empty { get; } = new(null, []);

    /// <summary>Gets when it was last forgotten, UTC: what came before is no part of it. Null when it never was.</summary>
    public DateTimeOffset? Since { get; }

    /// <summary>Gets the last changes, at most <see cref="MaxTransitions"/>, the latest last.</summary>
    public ImmutableArray<CircuitTransition> Transitions { get; }

    /// <summary>Makes a history of changes in any order: those before <paramref name="since"/>, repeats and all but the latest are left out.</summary>
    /// <param name="transitions">The changes. Those of one replica at one time to one state are one, and the first of them is kept.</param>
    /// <param name="since">When the history was last forgotten; null when it never was.</param>
    /// <returns>The history.</returns>
    public static CircuitHistory Of(IEnumerable<CircuitTransition> transitions, DateTimeOffset? since = null) => new(
        since,
        [
            .. transitions
                .Where(transition => since is null || transition.At >= since)
                .DistinctBy(static transition => (transition.At, transition.State, transition.Instance))
                .OrderBy(static transition => transition.At)
                .ThenBy(static transition => transition.Instance, StringComparer.Ordinal)
                .ThenBy(static transition => transition.State)
                .TakeLast(MaxTransitions),
        ]);

    /// <summary>Adds a change.</summary>
    /// <param name="transition">The change; one that is known already, or older than all of a full history, adds nothing.</param>
    /// <returns>The history with it.</returns>
    public CircuitHistory Add(CircuitTransition transition) => Of([.. Transitions, transition], Since);

    /// <summary>Adds what somebody else knows. What either has forgotten stays forgotten.</summary>
    /// <param name="other">The other history of the same breaker.</param>
    /// <returns>The history of both.</returns>
    public CircuitHistory Merge(CircuitHistory other) =>
        Of(Transitions.Concat(other.Transitions), Since > other.Since || other.Since is null ? Since : other.Since);

    /// <summary>Finds the change that brought a breaker into its state.</summary>
    /// <param name="at">When.</param>
    /// <param name="state">The state.</param>
    /// <returns>The change; null when it is not known.</returns>
    public CircuitTransition? Find(DateTimeOffset at, CircuitState state) =>
        Transitions.LastOrDefault(transition => transition.At == at && transition.State == state);

    /// <inheritdoc/>
    public bool Equals(CircuitHistory? other) => other is not null && Since == other.Since && Transitions.SequenceEqual(other.Transitions);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Since, Transitions.Length, Transitions.IsEmpty ? null : Transitions[^1]);
}
